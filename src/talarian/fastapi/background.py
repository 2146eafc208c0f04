"""FastAPI's `fastapi.background`."""

from ..engine.ground.background import (
    BackgroundTasks as BackgroundTasks,
)
