"""FastAPI's `fastapi.security.base`."""

from ...engine.declare.security.base import (
    SecurityBase,
)

__all__ = [
    "SecurityBase",
]
