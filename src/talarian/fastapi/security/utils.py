"""FastAPI's `fastapi.security.utils`."""

from ...engine.declare.security.utils import (
    get_authorization_scheme_param,
)

__all__ = [
    "get_authorization_scheme_param",
]
