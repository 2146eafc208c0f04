"""FastAPI's `fastapi.params`."""

from ..engine.declare.depends import (
    Depends,
    Security,
)
from ..engine.declare.params import (
    Body,
    Cookie,
    File,
    Form,
    Header,
    Param,
    ParamTypes,
    Path,
    Query,
    Undefined,
)

__all__ = [
    "Body",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "Header",
    "Param",
    "ParamTypes",
    "Path",
    "Query",
    "Security",
    "Undefined",
]
