"""FastAPI's `fastapi.applications`."""

from ..application import (
    Talarian as FastAPI,
)

__all__ = [
    "FastAPI",
]
