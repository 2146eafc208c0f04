"""Path, query, header and cookie parameters."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..analyse.plan import CallPlan
from ..fields.field import Field
from ..fields.wire import WireModel, string_aliases
from ..ground.annotations import is_subclass
from ..ground.sentinels import UNSET
from .schemas import Schemas


@dataclass(frozen=True, slots=True)
class ParameterSource:
    """One parameter: a field of its own, or a field of a parameter model."""

    field: Field
    place: str
    """`path`, `query`, `header` or `cookie`."""
    name: str
    label: str
    """What its schema is titled after."""
    required: bool
    shown: bool


def parameter_sources(root: CallPlan) -> tuple[ParameterSource, ...]:
    """All parameters of an endpoint and its dependencies, hidden and repeated ones included."""
    calls = list(root.walk_once())
    return tuple(
        source
        for place in ("path", "query", "header", "cookie")
        for call in calls
        for field in getattr(call, f"{place}_params")
        for source in _sources(field, place)
    )


def describe_parameters(
    sources: Iterable[ParameterSource], schemas: Schemas
) -> list[dict[str, Any]]:
    """The Parameter Objects, one for each place and name.

    Of several declarations the last one is shown, but a required one before all optional ones.
    """
    shown: dict[tuple[str, str], ParameterSource] = {}
    for source in sources:
        key = (source.place, source.name)
        overridden = key in shown and shown[key].required and not source.required
        if source.shown and not overridden:
            shown[key] = source
    return [_parameter(source, schemas) for source in shown.values()]


def example_of(info: FieldInfo) -> dict[str, Any]:
    """The `example` or `examples` keyword that a marker asks for, or nothing."""
    if examples := getattr(info, "openapi_examples", None):
        return {"examples": examples}
    example = getattr(info, "example", UNSET)
    return {} if example is UNSET else {"example": example}


def _sources(field: Field, place: str) -> Iterator[ParameterSource]:
    shown = getattr(field.info, "include_in_schema", True)
    if not field.models:
        name = field.names[0]
        yield ParameterSource(field, place, name, name, field.required, shown)
    for model in field.models:
        yield from _model_sources(field, model, place, shown)


def _model_sources(
    field: Field, model: WireModel, place: str, shown: bool
) -> Iterator[ParameterSource]:
    # A model that may be absent as a whole does not ask for any of its fields.
    optional = field.nullable and not field.required
    dashed = getattr(field.info, "convert_underscores", False)
    for wire, (name, info) in zip(model.fields, model.model.model_fields.items(), strict=True):
        key = wire.names[0][1]
        chosen = key in string_aliases(info, default="")
        yield ParameterSource(
            field=Field(info, name, config=_config_for(info.annotation, model.model)),
            place=place,
            name=key.replace("_", "-") if dashed and not chosen else key,
            label=key,
            required=info.is_required() and not optional,
            shown=shown and getattr(info, "include_in_schema", True),
        )


def _config_for(annotation: Any, model: type[BaseModel]) -> Any:
    """The configuration of the model around a field; types with their own do not take another."""
    if is_subclass(annotation, (BaseModel, dict)) or is_dataclass(annotation):
        return None
    return model.model_config


def _parameter(source: ParameterSource, schemas: Schemas) -> dict[str, Any]:
    info = source.field.info
    parameter: dict[str, Any] = {
        "name": source.name,
        "in": source.place,
        "required": source.required,
        "schema": schemas.of(source.field, source.label),
        **example_of(info),
    }
    if info.description:
        parameter["description"] = info.description
    if info.deprecated:
        parameter["deprecated"] = True
    return parameter
