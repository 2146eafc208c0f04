"""FastAPI's `fastapi.openapi.models`."""

from ...engine.spec.models import *  # noqa: F403
