"""Beanie's documents beside our own."""

from typing import Annotated, Any

import pytest
from beanie import Document, Indexed, PydanticObjectId, View
from pymongo import IndexModel

from talarian import HTTPException, Talarian
from talarian.mongo import Mongo
from tests.integration.mongo.library import Book
from tests.integration.mongo.serving import client_of

pytestmark = pytest.mark.anyio


class Reader(Document):
    email: Annotated[str, Indexed(unique=True)]
    name: str

    class Settings:
        name = "readers"
        indexes = (IndexModel([("name", 1)], name="by_name"),)


class Animal(Document):
    name: Annotated[str, Indexed()]

    class Settings:
        is_root = True
        name = "animals"


class Cat(Animal):
    lives: int = 9

    class Settings(Animal.Settings):
        indexes = (IndexModel("lives"),)


class Revised(Document):
    name: str

    class Settings:
        name = "revised"
        use_revision = True


def application(url: str) -> Talarian:
    app = Talarian(extensions=[Mongo(url, models=[Reader, Animal, Cat, Revised, Book])])

    @app.post("/readers", status_code=201)
    async def add(reader: Reader) -> Reader:
        return await reader.insert()

    @app.get("/readers/{reader_id}")
    async def read(reader_id: PydanticObjectId) -> Reader:
        found = await Reader.get(reader_id)
        if found is None:
            raise HTTPException(404)
        return found

    @app.post("/revised")
    async def revise() -> None:
        stored = await Revised(name="a").insert()
        stale = await Revised.get(stored.id)
        assert stale is not None
        stored.name = "b"
        await stored.replace()
        stale.name = "c"
        await stale.replace()

    return app


async def test_documents(url: str) -> None:
    async with client_of(application(url)) as client:
        reader = {"email": "a@example.org", "name": "Ann"}
        answer = await client.post("/readers", json=reader)
        assert answer.status_code == 201
        path = f"/readers/{answer.json()['_id']}"
        assert (await client.get(path)).json() == answer.json()
        assert (await client.get("/readers/nonsense")).status_code == 422
        assert (await client.get(f"/readers/{'a' * 24}")).status_code == 404
        answer = await client.post("/readers", json=reader)
        assert answer.status_code == 409
        assert "example.org" not in answer.text


async def test_a_revision_that_is_not_the_last(url: str) -> None:
    async with client_of(application(url)) as client:
        assert (await client.post("/revised")).status_code == 409


async def test_indexes_of_documents(url: str) -> None:
    mongo = Mongo(url, models=[Reader, Animal, Cat, Book])
    async with mongo.opened():
        missing = [(it.collection, it.name) for it in await mongo.index_differences()]
    assert missing == [
        ("animals", "name_1"),
        ("animals", "lives_1"),
        ("books", "isbn_1"),
        ("books", "year_1"),
        ("readers", "email_1"),
        ("readers", "by_name"),
    ]


async def test_what_is_no_document() -> None:
    from talarian.exceptions import TalarianError

    not_one: Any = str
    with pytest.raises(TalarianError, match="no model of documents"):
        Mongo(models=[not_one])


async def test_views_have_no_indexes(url: str) -> None:
    class Names(View):
        name: str

        class Settings:
            source = Reader
            pipeline = ({"$project": {"name": 1}},)

    from talarian.mongo.backends.declared import declared_indexes, is_beanie

    assert is_beanie(Names)
    assert declared_indexes([Names]) == {}
