"""FastAPI's `fastapi.security.api_key`."""

from ...engine.declare.security.api_key import (
    APIKeyCookie as APIKeyCookie,
    APIKeyHeader as APIKeyHeader,
    APIKeyQuery as APIKeyQuery,
)
