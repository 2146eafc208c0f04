"""Exceptions that the engine raises, and those that applications raise."""

from .engine.ground.errors import (
    DependencyScopeError,
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    TalarianDeprecationWarning,
    TalarianError,
    ValidationException,
    WebSocketException,
    WebSocketRequestValidationError,
)

__all__ = [
    "DependencyScopeError",
    "HTTPException",
    "RequestValidationError",
    "ResponseValidationError",
    "TalarianDeprecationWarning",
    "TalarianError",
    "ValidationException",
    "WebSocketException",
    "WebSocketRequestValidationError",
]
