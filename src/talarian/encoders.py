"""Any object to plain data."""

from .engine.fields.encode import (
    jsonable_encoder,
)

__all__ = [
    "jsonable_encoder",
]
