"""Placeholder until the describe room is written."""
from typing import Any
def get_openapi(**options: Any) -> dict[str, Any]:
    raise NotImplementedError
