"""FastAPI's `fastapi.middleware`."""

from starlette.middleware import (
    Middleware,
)

__all__ = [
    "Middleware",
]
