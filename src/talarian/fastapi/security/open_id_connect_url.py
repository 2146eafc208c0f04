"""FastAPI's `fastapi.security.open_id_connect_url`."""

from ...engine.declare.security.open_id_connect_url import (
    OpenIdConnect,
)

__all__ = [
    "OpenIdConnect",
]
