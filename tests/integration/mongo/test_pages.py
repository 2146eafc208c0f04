"""Pages, filters and orders; and what clients may put into them."""

import asyncio
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from talarian.mongo import Mongo, Page, PageRequest, contains, one_of, starts_with
from talarian.mongo.keyset import order_of
from talarian.mongo.testing import Server
from tests.integration.mongo.library import MODELS, Book

pytestmark = pytest.mark.anyio


def books(*years: int | None) -> list[dict[str, Any]]:
    return [{"isbn": str(n), "title": f"Book {n % 3}", "year": it} for n, it in enumerate(years)]


async def store(client: httpx2.AsyncClient, *years: int | None) -> None:
    assert (await client.post("/many", json=books(*years))).status_code == 200


async def walk(client: httpx2.AsyncClient, **query: Any) -> list[list[str]]:
    """The isbns of every page, to the last."""
    pages: list[list[str]] = []
    while True:
        answer = await client.get("/books", params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        pages.append([book["isbn"] for book in page["items"]])
        if page["next"] is None:
            return pages
        query["cursor"] = page["next"]


async def test_pages_have_everything_once(client: httpx2.AsyncClient) -> None:
    await store(client, 3, 1, None, 3, 2, None, 3)
    assert await walk(client, limit=3) == [["6", "3", "0"], ["4", "1", "5"], ["2"]]
    assert await walk(client, limit=2, sort="oldest") == [["2", "5"], ["1", "4"], ["0", "3"], ["6"]]
    assert await walk(client, limit=7) == [["6", "3", "0", "4", "1", "5", "2"]]


async def test_documents_that_come_and_go_move_no_others(client: httpx2.AsyncClient) -> None:
    await store(client, 1, 2, 3, 4)
    first = (await client.get("/books", params={"limit": 2, "sort": "oldest"})).json()
    for book in first["items"]:
        await client.delete(f"/books/{book['id']}")
    await client.post("/books", json={"isbn": "new", "title": "x", "year": 0})
    query = {"limit": 2, "sort": "oldest", "cursor": first["next"]}
    second = (await client.get("/books", params=query)).json()
    assert [book["isbn"] for book in second["items"]] == ["2", "3"]


async def test_filters(client: httpx2.AsyncClient) -> None:
    await store(client, 1, 2, 3, None)
    assert await walk(client, isbn="1") == [["1"]]
    assert await walk(client, year_from=2) == [["2", "1"]]
    assert await walk(client, year_from=2, limit=1) == [["2"], ["1"]]
    assert await walk(client, q="K 0", sort="title") == [["0", "3"]]
    assert await walk(client, q="K.0") == [[]]


async def test_a_cursor_is_for_its_own_list(client: httpx2.AsyncClient) -> None:
    await store(client, 1, 2, 3)
    page = (await client.get("/books", params={"limit": 1, "year_from": 1})).json()
    right = {"limit": 1, "year_from": 1, "cursor": page["next"]}
    assert (await client.get("/books", params=right)).status_code == 200
    tampered = ("B" if page["next"][0] == "A" else "A") + page["next"][1:]
    for wrong in (
        {"year_from": 2},
        {"sort": "title"},
        {"q": "x"},
        {"cursor": tampered},
        {"cursor": ""},
        {"cursor": "é"},
        {"cursor": "A"},
        {"cursor": "A" * 4000},
    ):
        answer = await client.get("/books", params=right | wrong)
        assert answer.status_code == 400, wrong
        assert "Leave it out" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 51}, {"sort": "isbn"}, {"limit": "x"}, {"cursor": "A" * 4097}]
)
async def test_pages_that_cannot_be_asked_for(
    client: httpx2.AsyncClient, query: dict[str, Any]
) -> None:
    assert (await client.get("/books", params=query)).status_code == 422


async def test_the_documentation_has_the_orders(client: httpx2.AsyncClient) -> None:
    operation = (await client.get("/openapi.json")).json()["paths"]["/books"]["get"]
    schemas = {it["name"]: it["schema"] for it in operation["parameters"]}
    assert schemas["sort"]["enum"] == ["newest", "title", "oldest"]
    assert (schemas["limit"]["maximum"], schemas["limit"]["default"]) == (50, 20)


INJECTIONS: list[Any] = [
    {"$gt": ""},
    {"$ne": None},
    {"$in": ["0", "1"]},
    {"$regex": ".*"},
    {"$not": {"$eq": "x"}},
    {"$where": "1"},
    ["0", {"$gt": ""}],
]


@pytest.mark.parametrize("value", INJECTIONS)
async def test_a_value_is_never_an_operator(client: httpx2.AsyncClient, value: Any) -> None:
    """A server answers that nothing is equal; the emulator cannot compare with a dictionary, and
    refuses. Neither may answer with books."""
    await store(client, 1, 2)
    searched = await client.post("/search", json={"isbn": value})
    counted = await client.post("/raw", json={"isbn": value})
    assert searched.text == "[]" or searched.status_code == 500
    assert counted.text == "0" or counted.status_code == 500
    assert (await client.get("/books", params={"isbn[$gt]": ""})).status_code == 200


@pytest.mark.parametrize("value", INJECTIONS[:-1])
@pytest.mark.not_on_emulator("it cannot compare with a dictionary")
async def test_a_value_that_is_a_document_is_compared(
    client: httpx2.AsyncClient, value: Any
) -> None:
    await store(client, 1, 2)
    assert (await client.post("/search", json={"isbn": value})).json() == []
    assert (await client.post("/raw", json={"isbn": value})).json() == 0


@pytest.mark.parametrize("operator", ["$where", "$or", "$expr"])
async def test_a_field_is_never_an_operator(client: httpx2.AsyncClient, operator: str) -> None:
    await store(client, 1)
    answer = await client.post("/search", json={operator: "1 == 1"})
    assert answer.status_code == 500


async def test_texts_are_found_as_they_are(mongo: Mongo) -> None:
    async with mongo.opened():
        found = mongo.collection(Book)
        titles = ["a.b", "a+b", "aab", "A.B", "x a.b"]
        await found.insert_many(Book(isbn=it, title=it) for it in titles)

        async def matching(operator: Any) -> set[str]:
            return {it.title for it in await found.find({"title": operator})}

        assert await matching(starts_with("a.")) == {"a.b"}
        assert await matching(starts_with("a")) == {"a.b", "a+b", "aab"}
        assert await matching(contains("a.b")) == {"a.b", "A.B", "x a.b"}
        assert await matching(contains("\0")) == set()
        assert await matching(one_of(["a+b", "aab"])) == {"a+b", "aab"}
        assert await found.count({"title": "a.b"}) == 1
        ordered = await found.find(sort=["-title"], skip=1, limit=2)
        assert [it.title for it in ordered] == ["aab", "a.b"]


ORDERS = st.lists(st.sampled_from(["year", "-year", "title", "-title"]), max_size=2).filter(
    lambda fields: len({it.removeprefix("-") for it in fields}) == len(fields)
)
ROWS = st.lists(st.tuples(st.sampled_from([None, 1, 2]), st.sampled_from(["a", "b"])), max_size=8)


@given(ROWS, ORDERS, st.integers(1, 4))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_pages_are_the_sorted_list(
    server: Server, rows: list[tuple[int | None, str]], order: list[str], limit: int
) -> None:
    """Whatever lies there, in whatever order: pages one after the other are the list in its order,
    as Python sorts it, with null before all else."""
    stored = [Book(isbn=str(n), title=title, year=year) for n, (year, title) in enumerate(rows)]
    walked = asyncio.run(_walked(server, stored, order, limit))

    expected = sorted(stored, key=lambda it: it.id, reverse=order_of(*order)[-1][1] < 0)
    for field in reversed(order):
        name = field.removeprefix("-")
        expected.sort(key=lambda it: _rank(getattr(it, name)), reverse=field.startswith("-"))
    assert [it.isbn for it in walked] == [it.isbn for it in expected]


def _rank(value: Any) -> tuple[bool, Any]:
    return value is not None, value


async def _walked(server: Server, stored: list[Book], order: list[str], limit: int) -> list[Book]:
    mongo = Mongo(server.new_url(), models=MODELS)
    async with mongo.opened():
        try:
            found = mongo.collection(Book)
            await found.insert_many(stored)
            return await _all_pages(mongo, order, limit)
        finally:
            await mongo.client.drop_database(mongo.database.name)


async def _all_pages(mongo: Mongo, order: list[str], limit: int) -> list[Book]:
    walked: list[Book] = []
    cursor: str | None = None
    while True:
        request = PageRequest(limit, cursor, order_of(*order))
        page: Page[Book] = await mongo.collection(Book).page(request)
        walked += page.items
        if (cursor := page.next) is None:
            return walked
