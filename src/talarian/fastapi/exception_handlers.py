"""FastAPI's `fastapi.exception_handlers`."""

from ..engine.serve.failures import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from ._passing import offer_passing_names

__all__ = [
    "http_exception_handler",
    "request_validation_exception_handler",
    "websocket_request_validation_exception_handler",
]

offer_passing_names(__name__)
