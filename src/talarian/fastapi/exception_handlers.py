"""FastAPI's `fastapi.exception_handlers`."""

from ..engine.serve.failures import (
    http_exception_handler as http_exception_handler,
    request_validation_exception_handler as request_validation_exception_handler,
    websocket_request_validation_exception_handler as websocket_request_validation_exception_handler,
)
