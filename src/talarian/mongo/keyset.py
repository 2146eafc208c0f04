"""The order of a list, and the query for what comes after one place in it.

MongoDB's order of values: https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
"""

from collections.abc import Mapping, Sequence
from typing import Any

from talarian.exceptions import TalarianError

Order = tuple[tuple[str, int], ...]
"""Fields, each with 1 for upwards or -1 for downwards; the last is `_id`, so no two are equal."""


def order_of(*fields: str) -> Order:
    """Read an order: `order_of("-year", "title")`. A minus is for downwards.

    Raises:
        TalarianError: When a field is there twice.
    """
    read = [(name.removeprefix("-"), -1 if name.startswith("-") else 1) for name in fields]
    order = [("_id" if name == "id" else name, direction) for name, direction in read]
    names = [name for name, _ in order]
    if len(set(names)) < len(names):
        raise TalarianError(f"An order has a field twice: {', '.join(fields)}.")
    # The id in the direction of the rest: then one index serves the order forwards and backwards.
    return tuple(order) if "_id" in names else (*order, ("_id", order[-1][1] if order else 1))


def place_of(document: Mapping[str, Any], order: Order) -> list[Any]:
    """The values that say where a document is in an order."""
    return [_value(document, field) for field, _ in order]


def after(order: Order, place: Sequence[Any]) -> dict[str, Any]:
    """The query for all documents after a place.

    One alternative for each field: equal in those before it, and beyond the place in this one.
    """
    alternatives: list[dict[str, Any]] = []
    equal: list[dict[str, Any]] = []
    for (field, direction), value in zip(order, place, strict=True):
        beyond = _beyond(field, direction, value)
        if beyond is not None:
            alternatives.append(_all([*equal, beyond]))
        equal.append({field: {"$eq": value}})
    return alternatives[0] if len(alternatives) == 1 else {"$or": alternatives}


def _beyond(field: str, direction: int, value: Any) -> dict[str, Any] | None:
    """What is beyond a value in one field. `$gt` and `$lt` compare values of one type only; null,
    which is what a missing field counts as, comes before all others."""
    if direction > 0:
        return {field: {"$ne": None} if value is None else {"$gt": value}}
    if value is None:
        return None
    if field == "_id":
        return {field: {"$lt": value}}
    return {"$or": [{field: {"$lt": value}}, {field: {"$eq": None}}]}


def _all(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}


def _value(document: Mapping[str, Any], field: str) -> Any:
    value: Any = document
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
