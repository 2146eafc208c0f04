"""Merging parts of a document."""

from collections.abc import Mapping
from typing import Any


def merged(base: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `update` laid over it: objects merge, lists add up, the rest is replaced.

    Neither is changed, so that one declaration can be part of many operations.
    """
    result = dict(base)
    for key, value in update.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            result[key] = merged(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            result[key] = [*old, *value]
        else:
            result[key] = value
    return result
