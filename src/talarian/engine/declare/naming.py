"""The default `operationId`."""

import re
from typing import Any

_NOT_IN_NAMES = re.compile(r"\W")


def generate_unique_id(route: Any) -> str:
    """Return FastAPI's default operation id: name, path and first method, as an identifier.

    Args:
        route: Anything with a `name`, a `path_format` and `methods`.
    """
    return operation_name(route, next(iter(route.methods)))


def operation_name(route: Any, method: str) -> str:
    """Return the default operation id of one method of a route."""
    identifier = _NOT_IN_NAMES.sub("_", f"{route.name}{route.path_format}")
    return f"{identifier}_{method.lower()}"
