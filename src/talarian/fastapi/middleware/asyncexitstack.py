"""FastAPI's `fastapi.middleware.asyncexitstack`."""

from ...compat.routing import (
    AsyncExitStackMiddleware,
)
from .._passing import offer_passing_names

__all__ = [
    "AsyncExitStackMiddleware",
]

offer_passing_names(__name__)
