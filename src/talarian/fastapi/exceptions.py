"""FastAPI's `fastapi.exceptions`."""

from ..engine.ground.errors import (
    DependencyScopeError,
    EndpointContext,
    HTTPException,
    PydanticV1NotSupportedError,
    RequestErrorModel,
    RequestValidationError,
    ResponseValidationError,
    TalarianDeprecationWarning as FastAPIDeprecationWarning,
    TalarianError as FastAPIError,
    ValidationException,
    WebSocketErrorModel,
    WebSocketException,
    WebSocketRequestValidationError,
)
from ._passing import offer_passing_names

__all__ = [
    "DependencyScopeError",
    "EndpointContext",
    "FastAPIDeprecationWarning",
    "FastAPIError",
    "HTTPException",
    "PydanticV1NotSupportedError",
    "RequestErrorModel",
    "RequestValidationError",
    "ResponseValidationError",
    "ValidationException",
    "WebSocketErrorModel",
    "WebSocketException",
    "WebSocketRequestValidationError",
]

offer_passing_names(__name__)
