"""Types that parameters and bodies of generated endpoints have, and what clients send for them."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    RootModel,
    field_validator,
    model_validator,
)
from typing_extensions import TypedDict


@dataclass(frozen=True)
class Kind:
    """A type, and what is worth sending where it is asked for, right and wrong."""

    annotation: Any
    sent: tuple[Any, ...]
    """Texts for a parameter, JSON data for a body."""
    defaults: tuple[Any, ...] = ()


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Size(int, Enum):
    SMALL = 1
    LARGE = 2


class Filters(BaseModel):
    """A model whose fields come one by one."""

    limit: int = 10
    tags: list[str] = []
    user_id: Annotated[str | None, Field(alias="userId")] = None


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    limit: Annotated[int, Field(ge=0)]
    name: str = "nobody"


class Open(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)
    token: Annotated[str, Field(validation_alias="x_token")] = ""


class Item(BaseModel):
    name: str
    price: Annotated[float, Field(ge=0)] = 1.5
    tags: set[str] = set()
    parent: "Item | None" = None


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    number: int
    when: datetime.date | None = None


class Checked(BaseModel):
    """Validated by code written in Python, before and after."""

    first: int
    second: int = 0

    @field_validator("first", mode="before")
    @classmethod
    def doubled(cls, value: Any) -> Any:
        return value * 2 if isinstance(value, int | str) else value

    @model_validator(mode="after")
    def ordered(self) -> "Checked":
        if self.second > self.first:
            raise ValueError("second is more than first")
        return self


class Lowered(BaseModel):
    """Validated after pydantic, by code that cannot tell JSON text from its parsed form."""

    name: str
    made: list[int] = Field(default_factory=lambda: [1])

    @field_validator("name")
    @classmethod
    def lower(cls, value: str) -> str:
        return value.lower()


class Numbers(RootModel[list[int]]): ...


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str = "Rex"


@dataclass
class Point:
    x: int
    y: float = 0.0
    labels: list[str] = field(default_factory=list[str])


class Typed(TypedDict, total=False):
    id: int
    name: str


def _even(value: int) -> int:
    if value % 2:
        raise ValueError("odd")
    return value


def _trimmed(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


_NUMBERS = (
    "5",
    "-1",
    "0",
    " 7 ",
    "1.0",
    "1.5",
    "1e3",
    "9" * 25,
    "nan",
    "inf",
    "",
    "x",
    "+4",
    "1_0",
)
_WORDS = ("a", "abc", "", " b ", "é", "\x7f", "true", "red", "5", "a,b", "%41")
_DATES = ("2026-01-02", "2026-01-02T03:04:05Z", "0", "tomorrow")

SCALARS = (
    Kind(str, _WORDS, ("", "fallback", None)),
    Kind(str | None, _WORDS, (None, "fallback")),
    Kind(Any, _WORDS, (None, 1)),
    Kind(int, _NUMBERS, (0, 3, None, "4", "no number")),
    Kind(int | None, _NUMBERS, (None, 3)),
    Kind(float, _NUMBERS, (0.5, 1)),
    Kind(bool, ("true", "0", "on", "maybe", ""), (False, True)),
    Kind(int | str, (*_NUMBERS, "abc"), (1, "one")),
    Kind(Annotated[int, Field(ge=1, lt=9)], _NUMBERS, (1, 99)),
    Kind(Annotated[str, Field(max_length=3, pattern="^[a-z]*$")], _WORDS, ("abc", "ABCD")),
    Kind(Annotated[int, AfterValidator(_even)], ("2", "3", "x"), (2, 3)),
    Kind(Annotated[str, BeforeValidator(_trimmed)], _WORDS, (" c ",)),
    Kind(Annotated[int, Field(strict=True)], ("1", "x"), (1,)),
    Kind(datetime.date, _DATES, (datetime.date(2026, 1, 1),)),
    Kind(datetime.datetime, _DATES),
    Kind(datetime.timedelta, ("P1D", "5", "x"), (datetime.timedelta(1),)),
    Kind(UUID, ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "x")),
    Kind(Decimal, (*_NUMBERS, "1.10"), (Decimal("1.10"),)),
    Kind(Colour, ("red", "green"), (Colour.RED,)),
    Kind(Size, ("1", "3"), (Size.LARGE,)),
    Kind(Literal["a", "b", 1], ("a", "1", "c"), ("b",)),
    Kind(bytes, _WORDS, (b"raw",)),
    Kind(Json[list[int]], ("[1, 2]", "[", "[1.5]")),
)

LISTS = (
    Kind(list[int], _NUMBERS, ([], [1])),
    Kind(list[str], _WORDS, (["a"],)),
    Kind(set[int], ("1", "2", "x"), (set(),)),
    Kind(list[str] | None, _WORDS, (None,)),
    Kind(tuple[int, ...], ("1", "2"), ((),)),
    Kind(Annotated[list[int], Field(max_length=2)], ("1", "2")),
)

MODELS = (
    Kind(Filters, ("1", "x", "")),
    Kind(Closed, ("1", "-1", "x")),
    Kind(Open, ("t", "")),
)

_ITEMS: tuple[Any, ...] = (
    {"name": "a"},
    {"name": "a", "price": 2, "tags": ["x", "x"]},
    {"name": "a", "parent": {"name": "b", "price": 1e400}},
    {"name": 5},
    {"name": "a", "price": -1},
    {"name": "a", "price": 10**308},
    {"name": "a", "price": 10**400},
    {"name": "\ud800"},
    {"name": "a", "price": float("nan"), "other": [1, {"b": None}]},
    {},
)
_ANY: tuple[Any, ...] = (
    None,
    0,
    "text",
    [1, "2"],
    {"a": {"b": [1.5]}},
    10**25,
    float("inf"),
    "\ud800",
    [[]],
)

BODIES = (
    Kind(Item, _ITEMS),
    Kind(Item | None, (*_ITEMS, None), (None,)),
    Kind(list[Item], ([], [{"name": "a"}], [{"name": "a"}, {"price": 1}], {"name": "a"})),
    Kind(dict[str, int], ({"a": 1}, {"a": "1"}, {"a": "x"}, {}, []), ({},)),
    Kind(dict[str, Any], ({"a": [1, None]}, {}, 1)),
    Kind(dict[int, float], ({"1": 2}, {"1": "2.5", "x": 1})),
    Kind(Any, (*_ANY, "\ud800", [[]]), (None,)),
    Kind(Strict, ({"number": 1}, {"number": "1"}, {"number": 1, "when": "2026-01-02"})),
    Kind(Checked, ({"first": 3, "second": 4}, {"first": "3"}, {"first": 1, "second": 9})),
    Kind(Lowered, ({"name": "ABC"}, {"name": "A", "made": [2]}, {"name": None})),
    Kind(Numbers, ([1, "2"], ["x"], {})),
    Kind(Cat | Dog, ({"kind": "dog"}, {"kind": "cat", "lives": "x"}, {"kind": "cow"})),
    Kind(
        Annotated[Cat | Dog, Field(discriminator="kind")],
        ({"kind": "dog"}, {"kind": "cat", "lives": "7"}, {}),
    ),
    Kind(Point, ({"x": 1}, {"x": "1", "y": 2}, {"y": 1}), (Point(1),)),
    Kind(Typed, ({"id": 1}, {"id": "x"}, {"other": 1})),
    Kind(set[int], ([1, 1, 2], ["x"])),
    Kind(tuple[int, str], ([1, "a"], [1], ["1", 2])),
    Kind(int, (5, "5", 5.0, 5.5, True, None, 10**30)),
    Kind(float, (5, "5", 5.5, float("nan"), -0.0)),
    Kind(str, ("text", "", 5, "\ud800"), ("fallback",)),
    Kind(bytes, ("raw", 5)),
    Kind(datetime.datetime, ("2026-01-02T03:04:05Z", 0, "x")),
    Kind(Colour, ("red", "green")),
    Kind(Literal["a", 1], ("a", 1, True, 1.0)),
    Kind(int | str, (1, "1", 1.0)),
)
