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
from ._passing import offer_passing_names

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

offer_passing_names(__name__)
