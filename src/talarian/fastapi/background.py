"""FastAPI's `fastapi.background`."""

from ..engine.ground.background import (
    BackgroundTasks,
)
from ._passing import offer_passing_names

__all__ = [
    "BackgroundTasks",
]

offer_passing_names(__name__)
