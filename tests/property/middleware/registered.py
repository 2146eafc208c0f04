"""The endpoints that were written, by their names."""

from collections.abc import Callable
from typing import Any

ENDPOINTS: dict[str, Callable[..., Any]] = {}


def endpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    ENDPOINTS[function.__name__] = function
    return function
