"""FastAPI's `fastapi.staticfiles`."""

from starlette.staticfiles import (
    StaticFiles,
)

__all__ = [
    "StaticFiles",
]
