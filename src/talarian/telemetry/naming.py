"""How exceptions and functions are called in attributes."""

from collections.abc import Callable
from typing import Any

PUBLIC_NAMES: dict[type, str] = {}
"""Exceptions that are called by another address than the one they are defined at."""


def exception_type(error: BaseException) -> str:
    """The value of `error.type`: module and name, the name alone for Python's own exceptions."""
    cls = type(error)
    if cls in PUBLIC_NAMES:
        return PUBLIC_NAMES[cls]
    return (
        cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    )


def function_name(function: Callable[..., Any]) -> str:
    """The value of `code.function.name`; objects that are called have their class's."""
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return f"{function.__module__}.{name}"
