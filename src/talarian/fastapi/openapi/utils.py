"""FastAPI's `fastapi.openapi.utils`."""

from ...engine.app.openapi import (
    get_openapi as get_openapi,
)
