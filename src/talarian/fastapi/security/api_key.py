"""FastAPI's `fastapi.security.api_key`."""

from ...engine.declare.security.api_key import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
)

__all__ = [
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
]
