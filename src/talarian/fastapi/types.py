"""FastAPI's `fastapi.types`."""

from pydantic.main import (
    IncEx as IncEx,
)
