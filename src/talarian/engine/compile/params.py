"""Path, query, header and cookie values, taken from a request and validated."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import Headers, ImmutableMultiDict

from ..fields.field import ErrorList, Field, Loc, missing
from ..fields.wire import Shape, Values, WireModel, as_sent, first, grouped, last

Source = Mapping[str, Any]

_SHAPES: Mapping[str, Shape] = {
    "path": as_sent,
    "query": last,
    "header": first,
    "cookie": as_sent,
}


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
        if field.models:
            value, found = _read_model(field, field.models[0], source, place)
        else:
            value, found = _read_one(field, source, place)
        if found:
            errors += found
        else:
            values[field.name] = value
    return values, errors


def absent(field: Field, loc: Loc) -> tuple[Any, ErrorList]:
    """What a value that was not sent becomes: the default, validated if it asks to be."""
    if field.required:
        return None, [missing(loc)]
    default = field.default()
    return field.validate(default, loc) if field.info.validate_default else (default, [])


def _read_one(field: Field, source: Source, place: str) -> tuple[Any, ErrorList]:
    for name in field.names:
        value = _get(source, name, field.sequence)
        if value is not None:
            return field.validate(value, (place, name))
    return absent(field, (place, field.names[0]))


def _get(source: Source, name: str, sequence: bool) -> Any:
    if sequence and isinstance(source, ImmutableMultiDict | Headers):
        return source.getlist(name) or None
    return source.get(name)


def _read_model(
    field: Field, model: WireModel, source: Source, place: str
) -> tuple[Any, ErrorList]:
    """A model that may be null is not asked for when nothing of it was sent."""
    data = grouped(source)
    if field.nullable and not model.is_sent(data):
        return absent(field, (place,))
    value, errors = field.validate(model.assemble(data, _SHAPES[place]), (place,))
    return value, [_as_sent(error, model.shown) for error in errors]


def _as_sent(error: dict[str, Any], shown: Mapping[str, str]) -> dict[str, Any]:
    """Locate the error at the header that was sent, not at the attribute it fills."""
    place, *inner = error["loc"]
    if inner and inner[0] in shown:
        return {**error, "loc": (place, shown[inner[0]], *inner[1:])}
    return error
