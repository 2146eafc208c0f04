"""FastAPI's `fastapi.middleware`."""

from starlette.middleware import (
    Middleware as Middleware,
)
