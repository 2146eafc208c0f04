"""FastAPI's `fastapi.security.api_key`."""

from ...engine.declare.security.api_key import (
    APIKeyBase,
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
)
from .._passing import offer_passing_names

__all__ = [
    "APIKeyBase",
    "APIKeyCookie",
    "APIKeyHeader",
    "APIKeyQuery",
]

offer_passing_names(__name__)
