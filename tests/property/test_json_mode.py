"""Where a schema is read from JSON text, it gives what the parsed text would give."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given, strategies as st
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    field_validator,
)

from talarian.engine.fields.schemas import has_functions, is_text_as_it_is, reads_json_alike


class Inner(BaseModel):
    number: int
    when: datetime | None = None
    tags: set[str] = set()


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")
    kind: Literal["a", "b", 1]


class Outer(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    name: Annotated[str, Field(max_length=5)]
    price: Annotated[float, Field(gt=0, alias="Price")] = 1.0
    inner: Inner | None = None
    items: list[Inner] = []
    by_id: dict[int, float] = {}
    pair: tuple[int, str] = (1, "")

    @field_validator("name")
    @classmethod
    def lowered(cls, value: str) -> str:
        return value.lower()


TYPES: list[Any] = [
    *(int, float, bool, str, date, datetime, time, timedelta, UUID, Any, None),
    *(Literal["a", 1, 0], set[int], frozenset[str], tuple[int, ...], tuple[int, str]),
    *(dict[int, int], dict[str, Any], list[float], int | None, Inner, Extra, Outer),
    *(Annotated[int, Field(ge=3, multiple_of=2)], list[dict[str, bool]]),
]

texts = st.sampled_from(
    [
        *("a", "1", "1.5", " 2 ", "true", "on", "2026-01-02", "2026-01-02T03:04:05Z", "03:04"),
        *("P1D", "12:00:00", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "", "null", "NaN", "\x00"),
        *("é", "1e3", "1_0", "+1", "0x1", "\uff19"),
    ]
) | st.text(max_size=4)
numbers = (
    st.sampled_from([0, 1, -1, 2**31, 2**53 + 1, 2**63, 2**64, 10**30, 0.1, 1e16, 1e22, 5e-324])
    | st.integers(-5, 5)
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.integers(-(10**12), 10**12)
)
keys = st.sampled_from(["number", "when", "tags", "kind", "name", "Price", "inner", "items", "1"])
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(keys | texts, below, max_size=4)
        | st.fixed_dictionaries({"number": below}, optional={"when": below, "tags": below})
        | st.fixed_dictionaries({"name": texts}, optional={"inner": below, "Price": numbers})
    ),
    max_leaves=12,
)


def outcome(validate: Callable[[], Any]) -> Any:
    """What comes out, with its types; `None` for an error."""
    try:
        return shown(validate())
    except ValidationError:
        return None


def shown(value: Any) -> Any:
    if isinstance(value, BaseModel):
        inner = {name: shown(item) for name, item in dict(value).items()}
        return type(value), inner, value.model_fields_set, shown(value.model_extra)
    if isinstance(value, dict):
        return [(shown(key), shown(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [shown(item) for item in value]
    return type(value), repr(value)


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_the_types_here_are_read_from_json(kind: Any) -> None:
    assert reads_json_alike(TypeAdapter(kind).core_schema)


@given(st.sampled_from(TYPES), values, st.booleans())
def test_text_and_parsed_text_give_the_same(kind: Any, value: Any, doubled: bool) -> None:
    text = json.dumps(value)
    if doubled and isinstance(value, dict) and value:  # a key that is there twice
        text = text[:-1] + ", " + text[1:].replace("1", "2")
        try:
            json.loads(text)
        except ValueError:
            text = json.dumps(value)
    adapter = TypeAdapter(kind)
    from_text = outcome(lambda: adapter.validate_json(text.encode()))
    parsed = json.loads(text)
    if from_text is not None:  # after an error, the request is read the other way
        assert from_text == outcome(lambda: adapter.validate_python(parsed, from_attributes=True))


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    when: date


class Before(BaseModel):
    number: int

    @field_validator("number", mode="before")
    @classmethod
    def seen(cls, value: Any) -> Any:
        return value


class Informed(BaseModel):
    number: int

    @field_validator("number")
    @classmethod
    def seen(cls, value: int, info: Any) -> int:
        return value


class NotedExtras(BaseModel, extra="allow"):
    __pydantic_extra__: dict[Annotated[str, AfterValidator(str.lower)], Any]  # pyright: ignore[reportIncompatibleVariableOverride]


class Initialised(BaseModel):
    number: int

    def model_post_init(self, context: Any, /) -> None:
        pass


@pytest.mark.parametrize(
    "kind", [Strict, Before, Informed, Initialised, int | str, date | str, bytes, list[bytes]]
)
def test_what_could_tell_the_two_apart_is_not_read_from_json(kind: Any) -> None:
    assert not reads_json_alike(TypeAdapter(kind).core_schema)


def test_functions_are_found_wherever_they_are() -> None:
    assert has_functions(TypeAdapter(dict[str, list[Outer]]).core_schema)
    assert has_functions(TypeAdapter(Initialised).core_schema)
    assert not has_functions(TypeAdapter(list[Inner]).core_schema)
    assert has_functions(TypeAdapter(NotedExtras).core_schema)


def test_text_without_rules_needs_no_validation() -> None:
    assert is_text_as_it_is(TypeAdapter(str | None).core_schema)
    ruled: list[Any] = [
        Annotated[str, Field(max_length=3)],
        int,
        Annotated[str, Field(strict=True)],
    ]
    assert not any(is_text_as_it_is(TypeAdapter(kind).core_schema) for kind in ruled)
