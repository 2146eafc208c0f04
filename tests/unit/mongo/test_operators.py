"""Filters: what reaches the server for what is written."""

import re
from typing import Annotated, Any

import pytest
from bson import ObjectId
from hypothesis import given, strategies as st

from talarian.exceptions import TalarianError
from talarian.mongo import (
    Filters,
    UnstorableValue,
    Where,
    above,
    at_least,
    at_most,
    below,
    contains,
    exists,
    literal,
    not_equal,
    one_of,
    starts_with,
)
from talarian.mongo.operators import query


def test_operators() -> None:
    assert query({"a": at_least(1), "b": at_most(2), "c": above(3), "d": below(4)}) == {
        "a": {"$gte": 1},
        "b": {"$lte": 2},
        "c": {"$gt": 3},
        "d": {"$lt": 4},
    }
    assert query({"a": not_equal(1), "b": one_of((1, 2)), "c": exists(), "d": exists(False)}) == {
        "a": {"$ne": 1},
        "b": {"$in": [1, 2]},
        "c": {"$exists": True},
        "d": {"$exists": False},
    }
    assert query({"a": starts_with("a.b"), "b": contains("\0(")}) == {
        "a": {"$regex": r"^a\.b"},
        "b": {"$regex": r"\x00\(", "$options": "i"},
    }


def test_values() -> None:
    found = ObjectId()
    assert query(None) == {}
    assert query({"id": found, "a": "x", "b.c": 1}) == {"_id": found, "a": "x", "b.c": 1}
    assert query({"a": None, "b": {"$gt": ""}, "c": ["x"]}) == {
        "a": {"$eq": None},
        "b": {"$eq": {"$gt": ""}},
        "c": {"$eq": ["x"]},
    }


@pytest.mark.parametrize("search", [contains, starts_with])
def test_a_text_that_is_too_long_to_search_for(search: Any) -> None:
    (pattern, *_) = search("\U0001f600" * 4000).expression.values()
    assert len(pattern.encode()) < 32764
    assert len(search("." * 4000).expression["$regex"]) < 32764
    with pytest.raises(UnstorableValue, match="4,000 characters"):
        search("x" * 4001)


class Text(str):
    """A text that could be anything, to the driver."""


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("$gt"), inner),
    max_leaves=5,
)


@given(JSON)
def test_no_value_is_an_operator(value: Any) -> None:
    (expression,) = query({"field": value}).values()
    if isinstance(expression, dict):
        assert expression == {"$eq": value}
    else:
        assert not isinstance(value, (dict, list))
    assert literal(value) == expression


def test_what_only_looks_like_a_text() -> None:
    assert literal(Text("x")) == {"$eq": "x"}


@pytest.mark.parametrize("make", [literal, lambda it: one_of([it]), lambda it: query({"a": it})])
def test_a_pattern_is_no_value(make: Any) -> None:
    with pytest.raises(TalarianError, match="pattern"):
        make(re.compile("x"))


@pytest.mark.parametrize("field", ["$where", "$or", "$"])
def test_an_operator_is_no_field(field: str) -> None:
    with pytest.raises(TalarianError, match="is an operator of MongoDB"):
        query({field: 1})


class BookFilters(Filters):
    author: str | None = None
    year_from: Annotated[int | None, Where("year", at_least)] = None
    year_to: Annotated[int | None, Where("year", at_most)] = None
    tag: Annotated[list[str] | None, Where("tags", one_of)] = None
    writer: Annotated[str | None, Where("author.name")] = None


def test_declared_filters() -> None:
    assert query(BookFilters()) == {}
    given = BookFilters(author="x", year_from=1, tag=["a"], writer="y")
    assert query(given) == {
        "author": "x",
        "year": {"$gte": 1},
        "tags": {"$in": ["a"]},
        "author.name": "y",
    }


def test_two_filters_on_one_field() -> None:
    assert query(BookFilters(year_from=1, year_to=2)) == {
        "$and": [{"year": {"$gte": 1}}, {"year": {"$lte": 2}}]
    }
