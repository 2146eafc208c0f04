"""A document as plain data: checked against the specification, in the order it is written in.

Done part by part: pydantic's models of a large document take many times the document's memory.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from pydantic import ValidationError

_PARTS_AT_ONCE = 32

_LARGE = (("paths",), ("webhooks",), ("components", "schemas"))
"""The objects of a document that grow with the number of routes."""


def encoded(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document, ready for `json.dumps`; what is `None` in it is left out.

    Raises:
        ValueError: When it does not fit the specification (pydantic's `ValidationError`).
    """
    try:
        return _by_parts(document)
    except ValidationError:
        # The error names everything that is wrong, not only what is wrong with the first part.
        return _at_once(document)


def _by_parts(document: Mapping[str, Any]) -> dict[str, Any]:
    frame = document
    for place in _LARGE:
        if _at(document, place):
            frame = _with(frame, place, {})
    whole = _at_once(frame)
    for place in _LARGE:
        for part in _parts(_at(document, place)):
            around = _with({"openapi": "", "info": document["info"]}, place, part)
            _at(whole, place).update(_at(_at_once(around), place))
    return whole


def _at_once(document: Mapping[str, Any]) -> dict[str, Any]:
    # Importing the models takes as long as a small application: not before there is a document.
    from ..spec.models import OpenAPI

    model = OpenAPI.model_validate(document)
    plain: dict[str, Any] = _without_none(
        model.model_dump(mode="json", by_alias=True, exclude_none=True)
    )
    return plain


def _at(document: Mapping[str, Any], place: tuple[str, ...]) -> Any:
    """What stands at a place in a document; an empty object if nothing does."""
    found: Any = document
    for name in place:
        found = found.get(name, {})
    return found


def _with(document: Mapping[str, Any], place: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A copy of a document with something else at a place."""
    name, *below = place
    if below:
        value = _with(document.get(name) or {}, tuple(below), value)
    return {**document, name: value}


def _parts(entries: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    items = iter(entries.items())
    while part := dict(islice(items, _PARTS_AT_ONCE)):
        yield part


def _without_none(data: Any) -> Any:
    """Plain data as `jsonable_encoder` leaves it; pydantic drops `None` from models only."""
    kind = type(data)
    if kind is dict:
        return {
            key: _without_none(value)
            for key, value in data.items()
            if value is not None and not key.startswith("_sa")
        }
    return [_without_none(item) for item in data] if kind is list else data
