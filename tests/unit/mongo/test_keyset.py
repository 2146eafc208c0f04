"""Orders, places, and what comes after one; and the cursors that places are sent in."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from bson import ObjectId

from talarian.exceptions import TalarianError
from talarian.mongo import BadCursor, Paging
from talarian.mongo.cursors import Cursors
from talarian.mongo.keyset import after, order_of, place_of


def test_orders_end_with_the_id() -> None:
    assert order_of("-year", "title") == (("year", -1), ("title", 1), ("_id", 1))
    assert order_of("-year") == (("year", -1), ("_id", -1))
    assert order_of() == (("_id", 1),)
    assert order_of("-id") == (("_id", -1),)
    with pytest.raises(TalarianError, match="twice"):
        order_of("year", "-year")


def test_places() -> None:
    order = order_of("a.b", "c")
    assert place_of({"_id": 1, "a": {"b": 2}, "c": None}, order) == [2, None, 1]
    assert place_of({"_id": 1, "a": 5}, order) == [None, None, 1]


def test_upwards_from_a_value() -> None:
    assert after(order_of("a"), [5, 9]) == {
        "$or": [{"a": {"$gt": 5}}, {"$and": [{"a": {"$eq": 5}}, {"_id": {"$gt": 9}}]}]
    }


def test_upwards_from_null() -> None:
    assert after(order_of("a"), [None, 9]) == {
        "$or": [{"a": {"$ne": None}}, {"$and": [{"a": {"$eq": None}}, {"_id": {"$gt": 9}}]}]
    }


def test_downwards_null_is_last() -> None:
    assert after(order_of("-a"), [None, 9]) == {"$and": [{"a": {"$eq": None}}, {"_id": {"$lt": 9}}]}
    assert after(order_of("-a"), [5, 9])["$or"][0] == {
        "$or": [{"a": {"$lt": 5}}, {"a": {"$eq": None}}]
    }


def test_by_id_alone() -> None:
    assert after(order_of("id"), [9]) == {"_id": {"$gt": 9}}
    assert after(order_of("-id"), [9]) == {"_id": {"$lt": 9}}


PLACE = [ObjectId(), None, datetime(2026, 1, 2, tzinfo=UTC), uuid4(), 1.5, "é"]


def cursors(key: str = "key", collection: str = "books", year: int = 1) -> Cursors:
    return Cursors(key, collection, order_of("year"), {"year": year})


def test_a_cursor_is_read_as_it_was_written() -> None:
    text = cursors().write(PLACE)
    assert text.isascii() and "=" not in text
    assert cursors().read(text) == PLACE


@pytest.mark.parametrize(
    "other", [cursors(key="other"), cursors(collection="other"), cursors(year=2)]
)
def test_a_cursor_of_another_list(other: Cursors) -> None:
    with pytest.raises(BadCursor):
        other.read(cursors().write(PLACE))


def test_every_changed_character_is_noticed() -> None:
    text = cursors().write([1, 2])
    for place, character in enumerate(text):
        changed = text[:place] + ("A" if character != "A" else "B") + text[place + 1 :]
        with pytest.raises(BadCursor):
            cursors().read(changed)


@pytest.mark.parametrize("text", ["", "A", "!!", "é", "A" * 100, "\0"])
def test_what_is_no_cursor(text: str) -> None:
    with pytest.raises(BadCursor):
        cursors().read(text)


def test_paging_needs_an_order() -> None:
    with pytest.raises(TalarianError, match="needs an order"):
        Paging({})
