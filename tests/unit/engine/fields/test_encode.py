import decimal
import enum
import math
import re
import sys
import warnings
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import PurePosixPath
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr, model_serializer
from pydantic_core import PydanticUndefined

from talarian.engine.fields.encode import (
    ENCODERS_BY_TYPE,
    decimal_encoder,
    generate_encoders_by_class_tuples,
    jsonable_encoder,
)
from talarian.engine.ground.errors import PydanticV1NotSupportedError


class Color(enum.Enum):
    red = "RED"
    date = date(2020, 1, 1)


class Size(enum.StrEnum):
    small = "S"


class Text(str):
    pass


class Inner(BaseModel):
    x: int = 1
    y: Any = None


class Outer(BaseModel):
    a: int = 1
    b: Any = None
    c: str = Field(default="d", alias="C")
    inner: Inner = Inner()


@dataclass
class Record:
    a: Any = None
    items: list[Any] = field(default_factory=list)
    _sa_state: int = 1


class Plain:
    def __init__(self) -> None:
        self.when = date(2020, 1, 1)
        self.none = None
        self._sa_state = 1


class Point(NamedTuple):
    x: int
    y: int


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (Text("t"), "t"),
        (b"bytes", "bytes"),
        (Color.red, "RED"),
        (Color.date, date(2020, 1, 1)),  # an enum's value is taken as it is
        (Size.small, "S"),
        (date(2020, 1, 1), "2020-01-01"),
        (datetime(2020, 1, 1, tzinfo=UTC), "2020-01-01T00:00:00+00:00"),
        (time(1, 2), "01:02:00"),
        (timedelta(seconds=1.5), 1.5),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (re.compile("a.b"), "a.b"),
        (PurePosixPath("/a/b"), "/a/b"),
        (ip_address("::1"), "::1"),
        (SecretStr("hidden"), "**********"),
        (PydanticUndefined, None),
        ((1, {2}), [1, [2]]),
        (deque([Record(1)]), [{"a": 1, "items": []}]),
        ((n for n in (1, 2)), [1, 2]),
        (Point(1, 2), [1, 2]),
        (OrderedDict(a=Decimal(1)), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (SimpleNamespace(a=UUID(int=0)), {"a": "00000000-0000-0000-0000-000000000000"}),
        (Record(Record()), {"a": {"a": None, "items": []}, "items": []}),
        (Plain(), {"when": "2020-01-01", "none": None}),
        (RootModel[list[int]]([1]), [1]),
        ({date(2020, 1, 1): 1, Size.small: 2, 3: 4}, {"2020-01-01": 1, "S": 2, 3: 4}),
    ],
)
def test_values(value: Any, expected: Any) -> None:
    assert jsonable_encoder(value) == expected


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("1E+5", 100000), ("1.0", 1.0), ("1.10", 1.1), ("1E-5", 1e-05)]
)
def test_decimals_keep_their_kind(text: str, number: float) -> None:
    encoded = decimal_encoder(Decimal(text))
    assert encoded == number
    assert type(encoded) is type(number)


def test_decimals_that_are_no_numbers() -> None:
    assert math.isnan(decimal_encoder(Decimal("NaN")))
    assert decimal_encoder(Decimal("-Infinity")) == -math.inf


@pytest.mark.parametrize("fields", [{"a"}, ["a"], ("a",), {"a": True}])
@pytest.mark.parametrize("value", [Outer(), Record(1), {"a": 1, "b": 2}, SimpleNamespace(a=1, b=2)])
def test_include_and_exclude(value: Any, fields: Any) -> None:
    assert jsonable_encoder(value, include=fields) == {"a": 1}
    assert "a" not in jsonable_encoder(value, exclude=fields)


@pytest.mark.parametrize("empty", [set[str](), list[str](), dict[str, Any]()])
def test_an_empty_include_takes_nothing_and_an_empty_exclude_drops_nothing(empty: Any) -> None:
    assert jsonable_encoder({"a": 1}, include=empty) == {}
    assert jsonable_encoder({"a": 1}, exclude=empty) == {"a": 1}


def test_a_selection_reaches_the_items_of_a_sequence_but_not_the_values_of_a_dict() -> None:
    assert jsonable_encoder([{"a": 1, "b": 2}, Outer()], include={"a"}) == [{"a": 1}, {"a": 1}]
    assert jsonable_encoder({"k": {"a": 1}}, exclude={"a"}) == {"k": {"a": 1}}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"a": 2, "b": None, "C": "d", "inner": {"x": 1, "y": None}}),
        ({"by_alias": False}, {"a": 2, "b": None, "c": "d", "inner": {"x": 1, "y": None}}),
        ({"exclude_unset": True}, {"a": 2}),
        ({"exclude_defaults": True}, {"a": 2}),
        ({"exclude_none": True}, {"a": 2, "C": "d", "inner": {"x": 1}}),
        ({"include": {"inner": {"x"}}}, {"inner": {"x": 1}}),
    ],
)
def test_model_options_reach_pydantic(options: dict[str, Any], expected: Any) -> None:
    assert jsonable_encoder(Outer(a=2), **options) == expected
    assert jsonable_encoder([Outer(a=2)], **options) == [expected]


def test_exclude_none_drops_entries_but_not_items() -> None:
    value = {"a": None, "b": {"c": None}, "d": [None]}
    assert jsonable_encoder(value, exclude_none=True) == {"b": {}, "d": [None]}


def test_what_a_model_serialises_itself_follows_the_rules_too() -> None:
    class Own(BaseModel):
        @model_serializer
        def write(self) -> dict[str, Any]:
            return {"none": None, "_sa_state": 1, "price": Decimal("1.50")}

    assert jsonable_encoder(Own()) == {"none": None, "price": "1.50"}
    assert jsonable_encoder(Own(), exclude_none=True, sqlalchemy_safe=False) == {
        "_sa_state": 1,
        "price": "1.50",
    }


def test_sqlalchemy_entries_are_dropped_unless_asked_for() -> None:
    assert jsonable_encoder({"_sa_state": 1, "a": 1, 1: 2}) == {"a": 1, 1: 2}
    assert jsonable_encoder({"_sa_state": 1}, sqlalchemy_safe=False) == {"_sa_state": 1}


@pytest.mark.parametrize(
    ("value", "encoders", "expected"),
    [
        (Outer(), {Outer: lambda _: "exact", BaseModel: lambda _: "base"}, "exact"),
        (Outer(), {BaseModel: lambda _: "base"}, "base"),
        ([Decimal(1)], {Decimal: lambda _: date(2020, 1, 1)}, [date(2020, 1, 1)]),
        ({"k": "v"}, {str: str.upper}, {"K": "V"}),
        (Record(Decimal(1)), {Decimal: str}, {"a": "1", "items": []}),
        ([None], {type(None): lambda _: "none"}, ["none"]),
        ([Color.red], {enum.Enum: lambda member: member.name}, ["red"]),
        (Outer(), {int: lambda _: "never"}, jsonable_encoder(Outer())),
    ],
)
def test_custom_encoders_come_first_but_not_inside_models(
    value: Any, encoders: dict[Any, Any], expected: Any
) -> None:
    assert jsonable_encoder(value, custom_encoder=encoders) == expected


def test_applications_may_add_their_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENCODERS_BY_TYPE, Plain, lambda _: "plain")
    assert jsonable_encoder([Plain()]) == ["plain"]


def test_encoders_are_grouped_by_function() -> None:
    assert generate_encoders_by_class_tuples({int: str, float: str, bytes: repr}) == {
        str: (int, float),
        repr: (bytes,),
    }


@pytest.mark.parametrize("value", [object(), 1j, range(2), Record])
def test_what_has_neither_entries_nor_attributes_is_refused(value: object) -> None:
    with pytest.raises(ValueError) as caught:
        jsonable_encoder(value)
    assert [type(reason) for reason in caught.value.args[0]] == [TypeError, TypeError]


def test_an_object_may_claim_another_class() -> None:
    class Disguised:
        __slots__ = ()

        def __str__(self) -> str:
            return "as text"

        @property  # type: ignore[misc]
        def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
            return UUID

    assert jsonable_encoder([Disguised()]) == ["as text"]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="pydantic.v1 does not support Python 3.14")
def test_pydantic_v1_models_are_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pydantic import v1

    class Old(v1.BaseModel):
        a: int = 1

    with pytest.raises(PydanticV1NotSupportedError, match=r"update the model Old\(a=1\)"):
        jsonable_encoder([Old()])


def test_signalling_nan_is_an_error_not_a_number() -> None:
    with pytest.raises((ValueError, decimal.InvalidOperation)):
        jsonable_encoder(Decimal("sNaN"))


@pytest.mark.parametrize(
    "level", [lambda inner: [inner], lambda inner: {"a": inner}], ids=["lists", "objects"]
)
def test_deep_nesting_costs_one_frame_per_level(level: Callable[[Any], Any]) -> None:
    # A client chooses the depth: what json.loads accepted must not fail here.
    nested: Any = 1
    for _ in range(800):
        nested = level(nested)
    assert jsonable_encoder(nested) == nested
