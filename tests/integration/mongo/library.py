"""A library: the application that these tests use."""

import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field
from pymongo import IndexModel

from talarian import Body, Query, Response, Talarian
from talarian.health import Health
from talarian.mongo import (
    Collection,
    CollectionOf,
    Filters,
    IfMatch,
    Mongo,
    MongoDatabase,
    MongoModel,
    MongoTransaction,
    Page,
    PageRequest,
    Paging,
    PyObjectId,
    Versioned,
    Where,
    answers,
    at_least,
    contains,
    etag,
    literal,
)


class Publisher(BaseModel):
    name: str
    city: str | None = None


class Book(
    Versioned, collection="books", indexes=[IndexModel("isbn", unique=True), IndexModel("year")]
):
    isbn: str
    title: str
    year: int | None = None
    publisher: Publisher | None = None
    tags: list[str] = Field(default_factory=list)


class NewBook(BaseModel):
    isbn: str
    title: str
    year: int | None = None
    publisher: Publisher | None = None
    tags: list[str] = []


class BookPatch(BaseModel):
    isbn: str | None = None
    title: str | None = None
    year: int | None = None
    publisher: Publisher | None = None


class BookFilters(Filters):
    isbn: str | None = None
    year_from: Annotated[int | None, Where("year", at_least)] = None
    q: Annotated[str | None, Where("title", contains)] = None


class Binding(Enum):
    HARD = "hard"


class Everything(MongoModel, collection="everything"):
    """Values of all kinds that pydantic has and BSON has not, or has otherwise."""

    moment: datetime.datetime = datetime.datetime(2026, 1, 2, 3, 4, 5, 6000, datetime.UTC)
    day: datetime.date = datetime.date(2026, 1, 2)
    time: datetime.time = datetime.time(3, 4)
    span: datetime.timedelta = datetime.timedelta(hours=1)
    binding: Binding = Binding.HARD
    uuid: UUID = UUID("12345678-1234-5678-1234-567812345678")
    words: set[str] = Field(default_factory=lambda: {"a"})
    nested: Publisher = Publisher(name="p")
    number: int = 2**40


class Priced(MongoModel, collection="priced"):
    price: Decimal


MODELS = (Book, Everything, Priced)

Books = Annotated[Collection[Book], CollectionOf(Book)]
BookPage = Annotated[
    PageRequest,
    Paging({"newest": ["-year"], "title": ["title"], "oldest": ["year"]}, max_limit=50),
]


def application(mongo: Mongo) -> Talarian:
    """The library on a MongoDB."""
    app = Talarian(extensions=[mongo, Health()])

    @app.post("/books", status_code=201)
    async def add(new: NewBook, books: Books) -> Book:
        return await books.insert(Book(**new.model_dump()))

    @app.post("/many")
    async def add_many(new: list[NewBook], books: Books) -> None:
        await books.insert_many(Book(**it.model_dump()) for it in new)

    @app.get("/books")
    async def read_page(
        page: BookPage, filters: Annotated[BookFilters, Query()], books: Books
    ) -> Page[Book]:
        return await books.page(page, filters)

    @app.get("/books/{book_id}")
    async def read(book_id: PyObjectId, books: Books, response: Response) -> Book:
        book = await books.get_one(book_id)
        response.headers["ETag"] = etag(book)
        return book

    @app.put("/books/{book_id}")
    async def replace(book_id: PyObjectId, new: NewBook, books: Books) -> Book:
        there = await books.get_one(book_id)
        return await books.replace(Book(id=book_id, version=there.version, **new.model_dump()))

    @app.patch("/books/{book_id}", responses=answers(404, 409, 412, 503))
    async def patch(book_id: PyObjectId, patch: BookPatch, books: Books, if_match: IfMatch) -> Book:
        return await books.patch(book_id, patch, if_version=if_match)

    @app.delete("/books/{book_id}", status_code=204)
    async def delete(book_id: PyObjectId, books: Books, if_match: IfMatch) -> None:
        await books.delete(book_id, if_version=if_match)

    @app.post("/search")
    async def search(filters: Annotated[dict[str, Any], Body()], books: Books) -> list[Book]:
        # An endpoint that types nothing, which is what injection needs.
        return await books.find(filters)

    @app.post("/raw")
    async def raw(isbn: Annotated[Any, Body(embed=True)], database: MongoDatabase) -> int:
        return await database["books"].count_documents({"isbn": literal(isbn)})

    @app.post("/ids")
    async def ids(ids: list[PyObjectId], by: Annotated[PyObjectId | None, Query()] = None) -> int:
        return len(ids)

    @app.post("/twice")
    async def add_twice(
        new: NewBook, books: Books, transaction: MongoTransaction, fail: bool = False
    ) -> None:
        await books.insert(Book(**new.model_dump()))
        if fail:
            raise RuntimeError("after the first")
        await books.insert(Book(**new.model_copy(update={"isbn": f"{new.isbn}-2"}).model_dump()))

    return app
