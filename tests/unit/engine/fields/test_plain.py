"""What is plain is written as FastAPI writes it, byte for byte; what is not plain is left alone."""

import enum
import json
import math
import re
import sys
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st
from pydantic import BaseModel

from talarian.engine.fields.encode import jsonable_encoder
from talarian.engine.fields.plain import is_plain, plain_json


def reference(value: Any) -> bytes:
    """The bytes of `JSONResponse(jsonable_encoder(value))`."""
    text = json.dumps(
        jsonable_encoder(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return text.encode()


_FLOATS = st.floats() | st.sampled_from(
    [0.0, -0.0, 1e-4, 9.999e-5, 1e15, 9999999999999998.0, 1e16, 1e17, 5e-324, 1e308, 0.1 + 0.2]
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**40), 10**40)
    | _FLOATS
    | st.text(st.characters(exclude_categories=[]), max_size=6)
)
_KEYS = st.text(max_size=4) | st.sampled_from(["_sa", "_sa_state", "_s", "s_a"]) | _SCALARS
_SMALL: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(_KEYS, below, max_size=4)
        | st.tuples(below, below)
    ),
    max_leaves=12,
)
# Long lists are looked at in another way: rows that are alike, and rows that are not.
_LONG = _SMALL.flatmap(
    lambda item: st.sampled_from(
        [
            [item] * 70,
            [*range(70), item],
            [{"a": 1, "b": item}] * 70,
            [*([{"a": 1}] * 70), {"a": item}, {"b": item}],
            [[1.5, item]] * 70,
        ]
    )
)


@settings(deadline=None, max_examples=400)
@given(_SMALL | _LONG | st.lists(_LONG, max_size=2))
@example({"a": '\u2028\x7f\x1f\b\f\n\r\t"\\/é😀'})
@example([1.0] * 64 + [1e-5])
@example([[1.0, float("nan")]] * 64)
@example([{}] * 64)
@example([[]] * 64)
def test_plain_data_is_written_as_fastapi_writes_it(value: Any) -> None:
    written = plain_json(value)
    if written is not None:
        assert written == reference(value)


def by_levels(value: Any) -> list[Any]:
    """The same value where it is looked at with many others."""
    return [*[0] * 64, value]


class Text(str): ...


class Number(int): ...


class Size(enum.IntEnum):
    SMALL = 1


class Colour(enum.StrEnum):
    RED = "red"


class Item(BaseModel):
    name: str


PLAIN: list[Any] = [
    *(None, True, 1, -(10**30), "", "é", 0.0, -0.0, 1.5, 1e-4, 9e15, [], {}),
    *({"a": [1, {"b": None}]}, [[[[["deep"]]]]], {"": 1}, {"sa_": 1, "_s": 2, "a_sa": 3}),
]
OTHER: list[Any] = [
    *(1e16, -1e16, 1e-5, math.nan, math.inf, -math.inf, b"", (1,), {1}, {1: 2}, {None: 1}),
    *({True: 1}, {"_sa": 1}, {"a": {"_sa_instance_state": 1}}, Text("a"), Number(1), Size.SMALL),
    *(Colour.RED, OrderedDict(a=1), Item(name="a"), {Text("a"): 1}, slice(1), memoryview(b"")),
]


def shown(value: Any) -> str:
    """The value as the name of a test, which is the same in every process."""
    return re.sub(r" (at )?0x[0-9a-f]+", "", repr(value))


@pytest.mark.parametrize("place", [lambda v: v, lambda v: [v], lambda v: {"a": v}, by_levels])
@pytest.mark.parametrize("value", PLAIN, ids=shown)
def test_what_is_plain(value: Any, place: Callable[[Any], Any]) -> None:
    assert is_plain(place(value))
    assert plain_json(place(value)) == reference(place(value))


@pytest.mark.parametrize("place", [lambda v: v, lambda v: [v], lambda v: {"a": v}, by_levels])
@pytest.mark.parametrize("value", OTHER, ids=shown)
def test_what_is_not_plain(value: Any, place: Callable[[Any], Any]) -> None:
    assert not is_plain(place(value))
    assert plain_json(place(value)) is None


@pytest.mark.parametrize("long", [False, True])
def test_what_utf_8_cannot_say_is_left_to_who_can_complain(long: bool) -> None:
    for value in ("\ud800", {"\udfff": 1}):
        assert plain_json([*[0] * 64, value] if long else value) is None


def test_what_contains_itself_is_left_to_who_can_complain() -> None:
    circle: list[Any] = []
    circle.append(circle)
    ring: dict[str, Any] = {}
    ring["ring"] = ring
    long: list[Any] = [0] * 64
    long.append(long)
    assert [plain_json(each) for each in (circle, ring, long)] == [None] * 3


def test_what_is_nested_very_deeply_is_left_to_who_can_complain() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    assert plain_json(deep) is None
    assert plain_json([*[0] * 64, deep]) is None


@pytest.mark.parametrize("digits", [4300, 4301, 5000])
@pytest.mark.parametrize("sign", [1, -1])
def test_integers_that_python_refuses_to_write(digits: int, sign: int) -> None:
    value: Any = {"a": [sign * 10 ** (digits - 1)] * 100}
    if digits > 4300:
        assert plain_json(value) is None
        with pytest.raises(ValueError, match="4300 digits"):
            reference(value)
    else:
        assert plain_json(value) == reference(value)


@pytest.mark.parametrize("limit", [640, 0])
def test_another_limit_of_digits(limit: int) -> None:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(limit)
    try:
        assert (plain_json(10**640) is None) is (limit == 640)
        assert plain_json(10**639) is not None
    finally:
        sys.set_int_max_str_digits(before)
