"""FastAPI's `fastapi.staticfiles`."""

from starlette.staticfiles import (
    StaticFiles as StaticFiles,
)
