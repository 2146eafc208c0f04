"""Files from a folder."""

from starlette.staticfiles import (
    StaticFiles,
)

__all__ = [
    "StaticFiles",
]
