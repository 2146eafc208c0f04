"""Documents through HTTP: made, read, replaced, patched, removed."""

from typing import Any

import httpx2
import pytest
from bson import ObjectId

from talarian.mongo import Mongo
from tests.integration.mongo.library import Book, Everything, Priced

pytestmark = pytest.mark.anyio

EMMA = {"isbn": "1", "title": "Emma", "year": 1815, "publisher": {"name": "Murray"}}


async def add(client: httpx2.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await client.post("/books", json=EMMA | fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_what_was_stored_is_read(client: httpx2.AsyncClient) -> None:
    made = await add(client)
    assert ObjectId.is_valid(made["id"])
    answer = await client.get(f"/books/{made['id']}")
    assert (
        answer.json()
        == made
        == EMMA
        | {
            "id": made["id"],
            "version": 1,
            "publisher": {"name": "Murray", "city": None},
            "tags": [],
        }
    )
    assert answer.headers["ETag"] == '"1"'


async def test_what_is_not_there_is_not_found(client: httpx2.AsyncClient) -> None:
    path = f"/books/{ObjectId()}"
    for answer in (
        await client.get(path),
        await client.put(path, json=EMMA),
        await client.patch(path, json={"title": "x"}),
        await client.patch(path, json={}),
        await client.delete(path),
    ):
        assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("bad", ["1", "x" * 24, "6650c3f2a1b2c3d4e5f607181", "6650c3f2a1b2c3d4"])
async def test_what_is_no_id_is_unprocessable(client: httpx2.AsyncClient, bad: str) -> None:
    for answer, loc in (
        (await client.get(f"/books/{bad}"), ["path", "book_id"]),
        (await client.post("/ids", json=[bad]), ["body", 0]),
        (await client.post("/ids", json=[], params={"by": bad}), ["query", "by"]),
    ):
        assert answer.status_code == 422
        (error,) = answer.json()["detail"]
        assert (error["loc"], error["type"]) == (loc, "object_id")


async def test_ids_in_queries_and_bodies(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/ids", json=[str(ObjectId())] * 2, params={"by": str(ObjectId())})
    assert (answer.status_code, answer.json()) == (200, 2)


async def test_put_replaces(client: httpx2.AsyncClient) -> None:
    made = await add(client)
    answer = await client.put(f"/books/{made['id']}", json={"isbn": "2", "title": "Emma II"})
    assert answer.json() == {
        "id": made["id"],
        "version": 2,
        "isbn": "2",
        "title": "Emma II",
        "year": None,
        "publisher": None,
        "tags": [],
    }
    assert (await client.get(f"/books/{made['id']}")).json() == answer.json()


async def test_patch_changes_what_was_sent(client: httpx2.AsyncClient) -> None:
    made = await add(client)
    path = f"/books/{made['id']}"
    answer = await client.patch(path, json={"year": None})
    assert answer.json() == made | {"year": None, "version": 2}
    answer = await client.patch(path, json={"title": "Emma II", "publisher": {"name": "Other"}})
    changed = {"title": "Emma II", "publisher": {"name": "Other", "city": None}}
    assert answer.json() == made | {"year": None, "version": 3} | changed
    assert (await client.get(path)).json() == answer.json()


async def test_patch_of_nothing_changes_nothing(client: httpx2.AsyncClient) -> None:
    made = await add(client)
    answer = await client.patch(f"/books/{made['id']}", json={})
    assert (answer.status_code, answer.json()) == (200, made)


async def test_patch_with_null_where_null_is_nothing(client: httpx2.AsyncClient) -> None:
    made = await add(client)
    answer = await client.patch(f"/books/{made['id']}", json={"title": None})
    assert answer.status_code == 422
    (error,) = answer.json()["detail"]
    assert error["loc"] == ["body", "title"]
    assert (await client.get(f"/books/{made['id']}")).json() == made


async def test_the_second_of_two_who_change_one_version(client: httpx2.AsyncClient) -> None:
    made = await add(client)
    path, seen = f"/books/{made['id']}", {"If-Match": '"1"'}
    assert (await client.patch(path, json={"title": "A"}, headers=seen)).status_code == 200
    late = await client.patch(path, json={"title": "B"}, headers=seen)
    assert late.status_code == 412
    assert (await client.delete(path, headers=seen)).status_code == 412
    assert (await client.get(path)).json()["title"] == "A"
    several = {"If-Match": '"1", "2"'}
    assert (await client.patch(path, json={"title": "C"}, headers=several)).status_code == 200
    assert (await client.delete(path, headers={"If-Match": "*"})).status_code == 204


@pytest.mark.parametrize("header", ["1", 'W/"1"', '"x"', '"01"', '""', "nonsense"])
async def test_if_match_that_matches_nothing(client: httpx2.AsyncClient, header: str) -> None:
    made = await add(client)
    path = f"/books/{made['id']}"
    answer = await client.patch(path, json={"title": "A"}, headers={"If-Match": header})
    assert answer.status_code == 412


async def test_a_replaced_version_must_be_the_one_that_is_there(mongo: Mongo) -> None:
    from talarian.mongo import VersionConflict

    async with mongo.opened():
        books = mongo.collection(Book)
        book = await books.insert(Book(isbn="1", title="Emma"))
        await books.replace(book.model_copy(update={"title": "A"}))
        with pytest.raises(VersionConflict):
            await books.replace(book.model_copy(update={"title": "B"}))
        assert (await books.get_one(book.id)).title == "A"


async def test_a_duplicate_is_a_conflict(client: httpx2.AsyncClient) -> None:
    await add(client)
    other = await add(client, isbn="2")
    for answer in (
        await client.post("/books", json=EMMA),
        await client.put(f"/books/{other['id']}", json=EMMA),
        await client.post("/many", json=[EMMA | {"isbn": "3"}, EMMA]),
    ):
        assert answer.status_code == 409
        assert answer.json()["detail"][0]["type"] == "duplicate"


@pytest.mark.not_on_emulator("its findAndModify says of a duplicate that there is no document")
async def test_a_patch_to_a_duplicate_is_a_conflict(client: httpx2.AsyncClient) -> None:
    await add(client)
    other = await add(client, isbn="2")
    answer = await client.patch(f"/books/{other['id']}", json={"isbn": EMMA["isbn"]})
    assert answer.status_code == 409


@pytest.mark.not_on_emulator("its errors do not say which fields an index has (keyPattern)")
async def test_a_duplicate_names_its_field_and_not_its_value(client: httpx2.AsyncClient) -> None:
    await add(client, isbn="secret")
    answer = await client.post("/books", json=EMMA | {"isbn": "secret"})
    assert answer.json()["detail"] == [
        {"type": "duplicate", "loc": ["body", "isbn"], "msg": "Another has the same isbn"}
    ]


@pytest.mark.parametrize("value", [2**63, -(2**70)])
async def test_integers_that_do_not_fit(client: httpx2.AsyncClient, value: int) -> None:
    made = await add(client)
    for answer in (
        await client.post("/books", json=EMMA | {"isbn": "2", "year": value}),
        await client.patch(f"/books/{made['id']}", json={"year": value}),
        await client.get("/books", params={"year_from": value}),
    ):
        assert answer.status_code == 422, answer.text


async def test_values_of_all_kinds(mongo: Mongo) -> None:
    async with mongo.opened():
        found = mongo.collection(Everything)
        stored = await found.insert(Everything())
        assert await found.get_one(stored.id) == stored


@pytest.mark.not_on_emulator("it cannot store a Decimal128")
async def test_decimals(mongo: Mongo) -> None:
    from decimal import Decimal

    async with mongo.opened():
        found = mongo.collection(Priced)
        stored = await found.insert(Priced(price=Decimal("1.10")))
        assert (await found.get_one(stored.id)).price == Decimal("1.10")


async def test_what_does_not_fit_its_model_names_the_field(mongo: Mongo) -> None:
    from talarian.mongo import StoredDocumentInvalid

    async with mongo.opened():
        books = mongo.collection(Book)
        await books.raw.insert_one({"isbn": "1", "title": 5, "secret": "secret"})
        with pytest.raises(StoredDocumentInvalid, match="title: Input should be a valid string"):
            await books.first()


async def test_the_documentation_says_what_an_id_is(client: httpx2.AsyncClient) -> None:
    schema = (await client.get("/openapi.json")).json()
    (parameter,) = schema["paths"]["/books/{book_id}"]["get"]["parameters"]
    assert parameter["schema"]["type"] == "string"
    assert parameter["schema"]["pattern"] == "^[0-9a-fA-F]{24}$"
    assert schema["components"]["schemas"]["Book"]["properties"]["id"]["type"] == "string"
    documented = schema["paths"]["/books/{book_id}"]["patch"]["responses"]
    assert documented.keys() == {"200", "404", "409", "412", "422", "503"}
