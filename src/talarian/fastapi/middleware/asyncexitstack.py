"""FastAPI's `fastapi.middleware.asyncexitstack`."""

from ...compat.routing import (
    AsyncExitStackMiddleware as AsyncExitStackMiddleware,
)
