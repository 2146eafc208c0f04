"""FastAPI's `fastapi.security.base`."""

from ...engine.declare.security.base import (
    SecurityBase,
)
from .._passing import offer_passing_names

__all__ = [
    "SecurityBase",
]

offer_passing_names(__name__)
