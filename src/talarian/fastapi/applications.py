"""FastAPI's `fastapi.applications`."""

from ..application import (
    Talarian as FastAPI,
)
