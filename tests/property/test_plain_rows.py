"""Long lists of plain values: what is written for them is what `json.dumps` writes."""

import json
from enum import StrEnum
from typing import Any

from hypothesis import example, given, settings, strategies as st

from talarian.engine.fields.encode import jsonable_encoder
from talarian.engine.fields.plain import is_plain, plain_json


class Name(str):
    pass


class Kind(StrEnum):
    ONE = "one"


LENGTHS = st.sampled_from([63, 64, 65, 130])
FLOATS = st.one_of(
    st.floats(),
    st.sampled_from([0.0, -0.0, 1e-4, 9.9e-5, -9.9e-5, 1e16, 9999999999999998.0, -1e16, 1e-5]),
    st.sampled_from([5e-324, 1.7976931348623157e308, float("inf"), float("-inf"), float("nan")]),
    st.floats(1e-4, 1e15),
    st.floats(-1e15, -1e-4),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=3), FLOATS, st.just(10**400)
)
ODD = st.sampled_from(
    [Name("x"), Kind.ONE, ("a",), {"b"}, b"bytes", {1: 2}, {Name("k"): 1}, {"_sa_x": 1}, "\ud800"]
)
KEYS = st.sampled_from(["a", "b", "c", "é", "", "_s", "A" * 40])


@st.composite
def columns(draw: st.DrawFn, length: int) -> list[Any]:
    """The values of one column: most often of one kind, with a stranger among them or not."""
    kind: st.SearchStrategy[Any] = draw(
        st.sampled_from([FLOATS, st.integers(), st.text(max_size=3), SCALARS, st.floats(1e-4, 1e9)])
    )
    few = draw(st.lists(kind, min_size=1, max_size=5))
    values: list[Any] = (few * length)[:length]
    if draw(st.sampled_from([False, False, True])):
        values[draw(st.integers(0, length - 1))] = draw(ODD | SCALARS)
    return values


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows with the same keys, in one order or in several; some have other keys."""
    length = draw(LENGTHS)
    keys = draw(st.lists(KEYS, unique=True, max_size=4))
    values = {key: draw(columns(length)) for key in keys}
    orders = draw(st.lists(st.permutations(keys), min_size=1, max_size=3))
    found = [{key: values[key][n] for key in orders[n % len(orders)]} for n in range(length)]
    if keys and draw(st.sampled_from([False, False, True])):
        # As many keys as the others, not the same.
        odd = found[draw(st.integers(0, length - 1))]
        del odd[draw(st.sampled_from(keys))]
        odd[draw(st.sampled_from(["other", "_sa_instance_state", Name("named"), Name("a")]))] = 1
    return found


@st.composite
def nested(draw: st.DrawFn) -> Any:
    """Rows, lists of rows, and rows that hold lists and dicts."""
    value: Any = draw(rows())
    wrap = draw(st.sampled_from(["no", "dict", "list", "cells", "mixed"]))
    if wrap == "dict":
        return {"items": value}
    if wrap == "list":
        return [value, *value]
    if wrap == "cells":
        return [{"cell": row, "list": [row]} for row in value]
    return [*value, *draw(st.lists(SCALARS | ODD, max_size=3))] if wrap == "mixed" else value


def by_json(value: Any) -> bytes | str:
    """What `json.dumps` writes as responses do, or which error it is."""
    try:
        encoded = jsonable_encoder(value)
        text = json.dumps(encoded, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
    except Exception as error:
        return type(error).__name__


@settings(max_examples=400, deadline=None)
@given(nested())
@example([{"a": 1.0}] * 63 + [{"a": float("nan")}])
@example([{"a": float("nan")}] + [{"a": 1.0}] * 64)
@example([{"a": 1e-5, "b": 1.0}, {"b": 1e-5, "a": 2.0}] * 40)
@example([{"a": 1, "b": 2}] * 63 + [{"a": 1, "c": 2}])
@example([{}] * 64)
@example([[]] * 64)
def test_what_is_written_is_what_json_writes(value: Any) -> None:
    written = plain_json(value)
    assert written is None or written == by_json(value)


@settings(max_examples=200, deadline=None)
@given(nested())
@example([{"a": 0.0}] * 63 + [{Name("a"): 1}])
def test_by_levels_is_as_item_by_item(value: Any) -> None:
    items = value if isinstance(value, list) else value["items"]
    by_item = all(is_plain(item) for item in items)
    # Among equal names one of a subclass goes unnoticed, and is written as they are.
    assert is_plain(items) == by_item or (not by_item and plain_json(items) == by_json(items))


def test_rows_of_plain_values_are_plain() -> None:
    assert plain_json([{"a": 1, "b": "x", "c": 0.5, "d": None}] * 64) is not None
    assert plain_json([{"a": 1, "b": "x"}, {"b": "y", "a": 2}] * 32) is not None
