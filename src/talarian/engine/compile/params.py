"""Path, query, header and cookie values, taken from a request and validated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import AliasChoices, AliasPath, BaseModel
from starlette.datastructures import Headers, ImmutableMultiDict

from ..declare import params
from ..fields import shapes
from ..fields.field import ErrorList, Field, Loc, missing

Values = dict[str, Any]
Source = Mapping[str, Any]


def read_params(fields: Sequence[Field], source: Source, place: str) -> tuple[Values, ErrorList]:
    """Return the values of `fields` found in `source`, and the errors of those that are not right.

    Args:
        fields: The parameters that one callable takes from this place.
        source: Path parameters, query string, headers or cookies.
        place: `path`, `query`, `header` or `cookie`: the first part of each error's location.
    """
    values: Values = {}
    errors: ErrorList = []
    for field in fields:
        model = shapes.single_model(field.annotation) if place != "path" else None
        if model is None:
            value, found = _read_one(field, source, place)
        else:
            value, found = _read_model(field, model, source, place)
        if found:
            errors += found
        else:
            values[field.name] = value
    return values, errors


def find(source: Source, field: Field) -> tuple[Any, str]:
    """Return the raw value of a field (`None` if it is not there) and the name it was found by."""
    names = wire_names(field)
    sequence = wants_sequence(field)
    for name in names:
        value = _get(source, name, sequence)
        if value is not None:
            return value, name
    return None, names[0]


def validate_or_default(field: Field, value: Any, loc: Loc) -> tuple[Any, ErrorList]:
    """Validate what was found; a value that is missing is the default's turn, or an error."""
    return absent(field, loc) if value is None else field.validate(value, loc)


def absent(field: Field, loc: Loc) -> tuple[Any, ErrorList]:
    """What a value that was not sent becomes: the default, validated if it asks to be."""
    if field.required:
        return None, [missing(loc)]
    default = field.default()
    return field.validate(default, loc) if field.info.validate_default else (default, [])


def wire_names(field: Field) -> tuple[str, ...]:
    """The names by which a field may come, in the order in which they are tried."""
    alias = field.info.validation_alias
    if isinstance(alias, AliasChoices):
        choices = [choice for choice in alias.choices if isinstance(choice, str)]
        return tuple(choices) or (field.alias,)
    return (alias if isinstance(alias, str) else field.alias,)


def wants_sequence(field: Field) -> bool:
    """Whether all the values of a repeated name are wanted, not only the last."""
    return shapes.is_sequence(field.annotation) and not shapes.is_json(field.info.metadata)


def _read_one(field: Field, source: Source, place: str) -> tuple[Any, ErrorList]:
    value, name = find(source, field)
    return validate_or_default(field, value, (place, name))


def _get(source: Source, name: str, sequence: bool) -> Any:
    if not sequence or not isinstance(source, (ImmutableMultiDict, Headers)):
        return source.get(name)
    values = source.getlist(name)
    return values or None


@dataclass(frozen=True, slots=True)
class ModelField:
    """One field of a parameter model: its names on the wire, and the name that pydantic reads."""

    names: tuple[tuple[str, str], ...]
    """Pairs of the name on the wire and the alias under which the model takes it."""
    sequence: bool


@lru_cache(maxsize=1024)
def model_fields(model: type[BaseModel], dashed: bool = False) -> tuple[ModelField, ...]:
    """The fields of a parameter model as they come on the wire.

    Args:
        model: The model whose fields are parameters.
        dashed: Headers: `user_agent` comes as `user-agent`, unless the field has an alias.
    """
    found = []
    for name, info in model.model_fields.items():
        alias = info.validation_alias or info.alias
        names: list[tuple[str, str]]
        if isinstance(alias, AliasChoices):
            names = [(choice, choice) for choice in alias.choices if isinstance(choice, str)]
        elif isinstance(alias, str):
            names = [(alias, alias)]
        elif isinstance(alias, AliasPath):
            names = []
        else:
            names = [(name.replace("_", "-") if dashed else name, name)]
        sequence = shapes.is_sequence(info.annotation) and not shapes.is_json(info.metadata)
        found.append(ModelField(tuple(names), sequence))
    return tuple(found)


def _read_model(
    field: Field, model: type[BaseModel], source: Source, place: str
) -> tuple[Any, ErrorList]:
    """Read the fields of a model from the source, and everything else that is there.

    What the model does not name is handed over too: the model's `extra` setting decides about it.
    """
    dashed = isinstance(field.info, params.Header) and field.info.convert_underscores
    data, taken, wire = collect(model_fields(model, dashed), source)
    rest = dict(extras(source, taken))
    sent = bool(data) or (bool(rest) and model.model_config.get("extra") in ("allow", "forbid"))
    if not sent and (not field.required or field.nullable):
        return absent(field, (place,))
    value, errors = field.validate({**data, **rest}, (place,))
    return value, [_on_the_wire(error, wire) for error in errors]


def collect(
    fields: Iterable[ModelField], source: Source
) -> tuple[Values, set[str], Mapping[str, str]]:
    """Gather a model's data: the values, the names that were used, and alias → name on the wire."""
    data: Values = {}
    taken: set[str] = set()
    wire: dict[str, str] = {}
    for item in fields:
        for name, alias in item.names:
            wire.setdefault(alias, name)
        for name, alias in item.names:
            value = _get(source, name, item.sequence)
            if value is not None:
                data[alias] = value
                taken.add(name)
                break
    return data, taken, wire


def extras(source: Source, taken: set[str]) -> Iterator[tuple[str, Any]]:
    """What the source has besides: one value as it is, several as a list."""
    known = {name.lower() for name in taken} if isinstance(source, Headers) else taken
    for name in dict.fromkeys(source.keys()):
        if name not in known:
            values = _get(source, name, sequence=True)
            single = isinstance(values, list) and len(values) == 1
            yield name, values[0] if single else values


def _on_the_wire(error: dict[str, Any], wire: Mapping[str, str]) -> dict[str, Any]:
    """Name the header that was sent, not the attribute it fills."""
    loc = error["loc"]
    if len(loc) > 1 and loc[1] in wire:
        return {**error, "loc": (loc[0], wire[loc[1]], *loc[2:])}
    return error
