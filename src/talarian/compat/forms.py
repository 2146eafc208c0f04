"""The inner names of `fastapi.dependencies.utils` with which form models are taken apart."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from starlette.datastructures import FormData

from ..engine.declare import params
from ..engine.fields.wire import WireModel, from_form, grouped, last
from ..engine.ground.sentinels import UNSET
from .fields import ModelField


def get_form_models(field: ModelField) -> list[type[BaseModel]]:
    """The models, several of a union, that are filled from the values of a form."""
    is_form = isinstance(field.field_info, params.Form)
    return [model.model for model in field._field.models] if is_form else []


def get_param_aliases(
    field: ModelField, *, convert_underscores: bool = False
) -> list[tuple[str, str]]:
    """Pairs, in the order in which they are tried: the name on the wire, and pydantic's for it."""
    return [
        (name.replace("_", "-") if convert_underscores and name == field.name else name, name)
        for name in field._field.names
    ]


def get_multidict_value(field: ModelField, values: Mapping[str, Any], alias: str) -> Any:
    """What was sent under `alias`, or pydantic's `PydanticUndefined`.

    A sequence field gets all values of a repeated name, others the last; an empty value in a form
    counts as none.
    """
    if alias not in values:
        return PydanticUndefined
    shape = from_form if isinstance(values, FormData) else last
    value = shape(grouped(values)[alias], field._field.sequence)
    return PydanticUndefined if value is UNSET else value


def normalize_form_model(value: Any, *, model: type[BaseModel]) -> Any:
    """Give the values of a form the shapes that the fields of `model` want."""
    return WireModel(model).assemble(value, from_form) if isinstance(value, dict) else value


def is_form_model_supplied(model: type[BaseModel], received_body: FormData) -> bool:
    """Whether the form says anything to this model."""
    return WireModel(model).is_sent(grouped(received_body))
