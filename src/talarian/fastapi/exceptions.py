"""FastAPI's `fastapi.exceptions`."""

from ..engine.ground.errors import (
    DependencyScopeError as DependencyScopeError,
    EndpointContext as EndpointContext,
    HTTPException as HTTPException,
    PydanticV1NotSupportedError as PydanticV1NotSupportedError,
    RequestErrorModel as RequestErrorModel,
    RequestValidationError as RequestValidationError,
    ResponseValidationError as ResponseValidationError,
    TalarianDeprecationWarning as FastAPIDeprecationWarning,
    TalarianError as FastAPIError,
    ValidationException as ValidationException,
    WebSocketErrorModel as WebSocketErrorModel,
    WebSocketException as WebSocketException,
    WebSocketRequestValidationError as WebSocketRequestValidationError,
)
