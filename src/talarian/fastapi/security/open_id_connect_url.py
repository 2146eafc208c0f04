"""FastAPI's `fastapi.security.open_id_connect_url`."""

from ...engine.declare.security.open_id_connect_url import (
    OpenIdConnect,
)
from .._passing import offer_passing_names

__all__ = [
    "OpenIdConnect",
]

offer_passing_names(__name__)
