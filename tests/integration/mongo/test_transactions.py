"""Transactions. A real one needs a replica set at `MONGO_URL`; the emulator has transactions and
says that it is a single server, so there the question is left out."""

import pytest
from beanie import Document

from talarian.mongo import Mongo, TransactionsUnsupported
from talarian.mongo.testing import Server
from tests.integration.mongo.library import Book, application
from tests.integration.mongo.serving import client_of

pytestmark = pytest.mark.anyio

EMMA = {"isbn": "1", "title": "Emma"}


@pytest.fixture
async def transactions(mongo: Mongo, server: Server, monkeypatch: pytest.MonkeyPatch) -> Mongo:
    """The library's MongoDB, if it has transactions."""
    if server.is_emulator:
        monkeypatch.setattr("talarian.mongo.extension.is_standalone", _no)
        return mongo
    async with mongo.opened():
        try:
            async with mongo.transaction():
                pass
        except TransactionsUnsupported as error:
            pytest.skip(f"MONGO_URL: {error}")
    return mongo


async def _no(client: object) -> bool:
    return False


async def test_all_or_nothing_of_a_request(transactions: Mongo) -> None:
    async with client_of(application(transactions)) as client:
        failed = await client.post("/twice", json=EMMA, params={"fail": True})
        assert failed.status_code == 500
        assert (await client.get("/books")).json()["items"] == []
        assert (await client.post("/twice", json=EMMA)).status_code == 200
        isbns = [book["isbn"] for book in (await client.get("/books")).json()["items"]]
        assert sorted(isbns) == ["1", "1-2"]


async def test_the_driver_and_beanie_take_part(transactions: Mongo, url: str) -> None:
    class Note(Document):
        text: str

    async with Mongo(url, models=[Note]).opened() as mongo:
        # The collections are there before: to create one in a transaction is another matter.
        await Note(text="first").insert()
        await mongo.database["raw"].insert_one({"a": 0})
        with pytest.raises(ZeroDivisionError):
            async with mongo.transaction():
                await Note(text="a").insert()
                await mongo.database["raw"].insert_one({"a": 1})
                raise ZeroDivisionError
        assert await Note.count() == 1
        assert await mongo.database["raw"].count_documents({}) == 1


async def test_all_or_nothing_of_a_block(transactions: Mongo) -> None:
    async with transactions.opened():
        books = transactions.collection(Book)
        with pytest.raises(ZeroDivisionError):
            async with transactions.transaction():
                await books.insert(Book(isbn="1", title="Emma"))
                raise ZeroDivisionError
        assert await books.count() == 0
        async with transactions.transaction():
            await books.insert(Book(isbn="1", title="Emma"))
        assert await books.count() == 1


async def test_a_function_in_a_transaction(transactions: Mongo) -> None:
    async with transactions.opened():
        books = transactions.collection(Book)

        async def add() -> int:
            await books.insert(Book(isbn="1", title="Emma"))
            return 7

        async def fail() -> None:
            await books.insert(Book(isbn="2", title="Emma"))
            raise ZeroDivisionError

        assert await transactions.in_transaction(add) == 7
        with pytest.raises(ZeroDivisionError):
            await transactions.in_transaction(fail)
        assert [book.isbn for book in await books.find()] == ["1"]


async def test_a_single_server_has_none(mongo: Mongo, server: Server) -> None:
    if not server.is_emulator:
        pytest.skip("MONGO_URL may well be a replica set; the emulator is a single server")
    async with client_of(application(mongo)) as client:
        assert (await client.post("/twice", json=EMMA)).status_code == 500
    async with mongo.opened():
        with pytest.raises(TransactionsUnsupported, match=r"rs\.initiate"):
            async with mongo.transaction():
                pass
