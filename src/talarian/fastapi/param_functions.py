"""FastAPI's `fastapi.param_functions`."""

from ..engine.declare.param_functions import (
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    Path,
    Query,
    Security,
)
from ._passing import offer_passing_names

__all__ = [
    "Body",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "Header",
    "Path",
    "Query",
    "Security",
]

offer_passing_names(__name__)
