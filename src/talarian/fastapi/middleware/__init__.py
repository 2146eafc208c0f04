"""FastAPI's `fastapi.middleware`."""

from starlette.middleware import (
    Middleware,
)

from .._passing import offer_passing_names

__all__ = [
    "Middleware",
]

offer_passing_names(__name__)
