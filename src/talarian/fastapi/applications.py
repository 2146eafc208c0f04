"""FastAPI's `fastapi.applications`."""

from ..engine.app.application import (
    Talarian as FastAPI,
)
