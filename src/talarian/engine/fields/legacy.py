"""Pydantic v1 models: recognised, to say so clearly; not supported."""

import sys
from typing import Any, get_args

from ..ground.errors import PydanticV1NotSupportedError


def is_v1_model(obj: Any) -> bool:
    """Whether `obj` is an instance of a pydantic v1 model."""
    base = _v1_base()
    return base is not None and isinstance(obj, base)


def reject_v1(annotation: Any) -> None:
    """Raise `PydanticV1NotSupportedError` if a pydantic v1 model is anywhere in `annotation`."""
    base = _v1_base()
    if base is not None:
        _reject(annotation, base)


def _reject(annotation: Any, base: type) -> None:
    if isinstance(annotation, type) and issubclass(annotation, base):
        raise PydanticV1NotSupportedError(
            "pydantic.v1 models are no longer supported. Please update the model "
            f"{annotation!r} to pydantic v2."
        )
    for argument in get_args(annotation):
        _reject(argument, base)


def _v1_base() -> type | None:
    # Whoever has such a model has imported `pydantic.v1`. Importing it here would cost start-up
    # time and a warning on newer Pythons.
    module = sys.modules.get("pydantic.v1")
    return None if module is None else module.BaseModel
