"""How exceptions and functions are called in attributes."""

from collections.abc import Callable
from typing import Any

from ..engine.ground import errors

# The engine's own exceptions have FastAPI's names, like everything that is recorded here.
_FASTAPI_NAMES: dict[type, str] = {
    errors.TalarianError: "fastapi.exceptions.FastAPIError",
    **{
        cls: f"fastapi.exceptions.{cls.__name__}"
        for cls in (
            errors.HTTPException,
            errors.WebSocketException,
            errors.DependencyScopeError,
            errors.RequestValidationError,
            errors.ResponseValidationError,
            errors.WebSocketRequestValidationError,
        )
    },
}


def exception_type(error: BaseException) -> str:
    """The value of `error.type`: module and name, the name alone for Python's own exceptions."""
    cls = type(error)
    if cls.__module__ == "builtins":
        return cls.__qualname__
    return _FASTAPI_NAMES.get(cls) or f"{cls.__module__}.{cls.__qualname__}"


def function_name(function: Callable[..., Any]) -> str:
    """The value of `code.function.name`; objects that are called have their class's."""
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{function_module(function)}.{name}"


def function_module(function: Callable[..., Any]) -> str:
    """The module of a function; methods of built-in objects have none of their own."""
    return getattr(function, "__module__", None) or type(function).__module__
