"""FastAPI's `fastapi.security.utils`."""

from ...engine.declare.security.utils import (
    get_authorization_scheme_param as get_authorization_scheme_param,
)
