"""FastAPI's `fastapi.applications`."""

from ..application import (
    Talarian as FastAPI,
)
from ._passing import offer_passing_names

__all__ = [
    "FastAPI",
]

offer_passing_names(__name__)
