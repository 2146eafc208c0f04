"""What the emulator gets wrong, asked of the driver alone. Each of these should pass on a MongoDB;
once one passes on the emulator as well, the list in docs/mongo.md gets shorter."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from bson import Decimal128, ObjectId
from pymongo import IndexModel
from pymongo.asynchronous.collection import AsyncCollection

from talarian.mongo import Mongo

pytestmark = pytest.mark.anyio

Raw = AsyncCollection[dict[str, Any]]
ID = ObjectId("6650c3f2a1b2c3d4e5f60718")


async def an_id_that_is_not_the_own(raw: Raw) -> None:
    await raw.insert_one({"book": ID})
    assert await raw.count_documents({"book": ID}) == 1


async def a_lookup(raw: Raw) -> None:
    await raw.insert_one({"_id": 1, "other": 2})
    await raw.insert_one({"_id": 2, "name": "x"})
    lookup = {"from": raw.name, "localField": "other", "foreignField": "_id", "as": "found"}
    found = await (await raw.aggregate([{"$match": {"_id": 1}}, {"$lookup": lookup}])).to_list()
    assert found[0]["found"] == [{"_id": 2, "name": "x"}]


async def the_id_of_an_aggregation(raw: Raw) -> None:
    await raw.insert_one({"_id": ID, "a": 1})
    found = await (await raw.aggregate([{"$project": {"size": {"$bsonSize": "$$ROOT"}}}])).to_list()
    assert found[0]["_id"] == ID


async def a_pushed_document(raw: Raw) -> None:
    await raw.insert_one({"_id": 1, "reviews": []})
    await raw.update_one({"_id": 1}, {"$push": {"reviews": {"stars": 5}}})
    assert await raw.find_one({}) == {"_id": 1, "reviews": [{"stars": 5}]}


async def a_decimal(raw: Raw) -> None:
    await raw.insert_one({"_id": 1, "price": Decimal128("1.10")})
    assert await raw.find_one({}) == {"_id": 1, "price": Decimal128("1.10")}


async def a_uuid(raw: Raw) -> None:
    value = UUID("12345678-1234-5678-1234-567812345678")
    await raw.insert_one({"_id": 1, "a": value})
    assert await raw.find_one({}) == {"_id": 1, "a": value}


async def an_embedded_document_as_a_value(raw: Raw) -> None:
    await raw.insert_one({"_id": 1, "a": {"b": 1}})
    assert await raw.find_one({"a": {"$eq": {"b": 1}}}) == {"_id": 1, "a": {"b": 1}}


async def the_fields_of_a_duplicate(raw: Raw) -> None:
    from pymongo.errors import DuplicateKeyError

    await raw.insert_one({"_id": 1})
    with pytest.raises(DuplicateKeyError) as caught:
        await raw.insert_one({"_id": 1})
    assert (caught.value.details or {})["keyPattern"] == {"_id": 1}


async def a_duplicate_by_find_one_and_update(raw: Raw) -> None:
    from pymongo.errors import DuplicateKeyError

    await raw.create_indexes([IndexModel("a", unique=True)])
    await raw.insert_many([{"a": 1}, {"a": 2}])
    with pytest.raises(DuplicateKeyError):
        await raw.find_one_and_update({"a": 1}, {"$set": {"a": 2}})


async def the_names_of_indexes(raw: Raw) -> None:
    await raw.create_indexes([IndexModel("a", name="mine")])
    assert "mine" in await raw.index_information()


async def the_directions_of_indexes(raw: Raw) -> None:
    await raw.create_indexes([IndexModel([("a", -1)])])
    keys = [dict(it["key"]) async for it in await raw.list_indexes()]
    assert keys[-1] == {"a": -1}


async def the_options_of_indexes(raw: Raw) -> None:
    await raw.create_indexes([IndexModel("a", sparse=True)])
    listed = [dict(it) async for it in await raw.list_indexes()]
    assert listed[-1]["sparse"] is True


async def an_index_that_ends_with_the_id(raw: Raw) -> None:
    await raw.insert_one({"a": 1})
    await raw.create_indexes([IndexModel([("a", 1), ("_id", 1)])])


async def an_embedded_field_alone(raw: Raw) -> None:
    await raw.insert_one({"_id": 1, "a": {"b": 1, "c": 2}})
    assert await raw.find_one({}, {"a.b": 1}) == {"_id": 1, "a": {"b": 1}}


WRONG: list[Callable[[Raw], Awaitable[None]]] = [
    an_id_that_is_not_the_own,
    a_lookup,
    the_id_of_an_aggregation,
    a_pushed_document,
    a_decimal,
    a_uuid,
    an_embedded_document_as_a_value,
    the_fields_of_a_duplicate,
    a_duplicate_by_find_one_and_update,
    the_names_of_indexes,
    the_directions_of_indexes,
    the_options_of_indexes,
    an_index_that_ends_with_the_id,
    an_embedded_field_alone,
]


@pytest.mark.parametrize("ask", WRONG, ids=lambda ask: ask.__name__)
@pytest.mark.not_on_emulator("see the list in docs/mongo.md")
async def test_what_a_server_does(ask: Callable[[Raw], Awaitable[None]], mongo: Mongo) -> None:
    async with mongo.opened():
        await ask(mongo.database["things"])


def test_the_page_has_the_list() -> None:
    page = Path(__file__).parents[3].joinpath("docs/mongo.md").read_text(encoding="utf-8")
    listed = page.partition("## What the emulator gets wrong")[2].partition("\n## ")[0]
    assert len(re.findall(r"^- ", listed, re.MULTILINE)) == len(WRONG)
