"""FastAPI's `fastapi.background`."""

from ..engine.ground.background import (
    BackgroundTasks,
)

__all__ = [
    "BackgroundTasks",
]
