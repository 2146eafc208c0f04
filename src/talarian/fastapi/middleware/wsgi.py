"""FastAPI's `fastapi.middleware.wsgi`."""

from starlette.middleware.wsgi import (
    WSGIMiddleware,
)

__all__ = [
    "WSGIMiddleware",
]
