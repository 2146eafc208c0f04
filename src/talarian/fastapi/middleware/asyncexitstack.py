"""FastAPI's `fastapi.middleware.asyncexitstack`."""

from ...compat.routing import (
    AsyncExitStackMiddleware,
)

__all__ = [
    "AsyncExitStackMiddleware",
]
