"""Relationships that are set from the ids in a request, and what goes with what is deleted."""

from collections.abc import Generator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from talarian import Talarian
from talarian.exceptions import RequestValidationError, TalarianError
from talarian.resources import answering
from talarian.sql import Database, Session, SyncSession
from talarian.sql.relations import (
    load_shown,
    related,
    related_sync,
    select_for,
    set_related,
    set_related_sync,
)
from talarian.sql.testing import count_queries, queries
from tests.integration.sql.relations import shown
from tests.integration.sql.relations.library import (
    Author,
    Base,
    Book,
    Line,
    Order,
    Review,
    Tag,
    book_tags,
)
from tests.integration.sql.serving import client_of

pytestmark = pytest.mark.anyio

TAGS = 5


@pytest.fixture
def library(url: str) -> Generator[Database, None, None]:
    """Some tags, and a book that has two of them."""
    db = Database(url, models=Base)
    Base.metadata.drop_all(db.sync_engine)
    Base.metadata.create_all(db.sync_engine)
    with db.sync_transaction() as session:
        tags = [Tag(name=f"tag {number}") for number in range(1, TAGS + 1)]
        session.add_all(tags)
        session.add(Book(title="Emma", author=Author(name="Jane"), tags=tags[:2]))
    yield db
    Base.metadata.drop_all(db.sync_engine)
    db.close_sync()


class BookIn(BaseModel):
    title: str = "Emma"
    tags: list[int]


@pytest.fixture
def app(library: Database) -> Talarian:
    app = Talarian(extensions=[library])

    @app.put("/async/{book_id}", response_model=shown.FullBookOut)
    async def put(book_id: int, body: BookIn, session: Session) -> Any:
        statement = select_for(shown.FullBookOut, Book).where(Book.id == book_id)
        book = (await session.scalars(statement)).one()
        await set_related(session, book, Book.tags, body.tags)
        return book

    @app.put("/bare/{book_id}", response_model=shown.FullBookOut)
    async def put_bare(book_id: int, body: BookIn, session: Session) -> Any:
        book = await session.get_one(Book, book_id)
        await set_related(session, book, Book.tags, body.tags)
        await load_shown(session, shown.FullBookOut, book)
        return book

    @app.put("/sync/{book_id}", response_model=shown.FullBookOut)
    def put_sync(book_id: int, body: BookIn, session: SyncSession) -> Any:
        book = session.get_one(Book, book_id)
        set_related_sync(session, book, Book.tags, body.tags)
        return book

    @app.post("/", response_model=shown.FullBookOut)
    async def post(body: BookIn, session: Session) -> Any:
        session.add(book := Book(title=body.title, author_id=1))
        await set_related(session, book, Book.tags, body.tags)
        await load_shown(session, shown.FullBookOut, book)
        return book

    return app


PATHS = ("/async/1", "/bare/1", "/sync/1")


def names(answer: Any) -> list[str]:
    return [tag["name"] for tag in answer.json()["tags"]]


async def test_a_collection_becomes_what_the_request_says(app: Talarian) -> None:
    async with client_of(app) as client:
        for path in PATHS:
            for ids in ([2, 3], [3, 2, 4, 3], [], [1, 2]):
                answer = await client.put(path, json={"tags": ids})
                assert answer.status_code == 200
                assert sorted(names(answer)) == [f"tag {each}" for each in sorted(set(ids))]
        made = (await client.post("/", json={"tags": [5, 1]})).json()
        assert made["author"] == {"name": "Jane", "country": None}
        assert [tag["name"] for tag in made["tags"]] == ["tag 1", "tag 5"]


async def test_only_what_changes_is_written(app: Talarian, library: Database) -> None:
    async with client_of(app) as client:
        with queries(library) as sent:
            await client.put("/async/1", json={"tags": [2, 3]})
    writes = [query.statement for query in sent if "rel_book_tags" in query.statement]
    writes = [statement for statement in writes if not statement.startswith("SELECT")]
    assert len(writes) == 2, sent  # one row out, one row in
    # The book with its author and country, its tags, its reviews; the tags that are named.
    assert sum(query.statement.startswith("SELECT") for query in sent) == 4, sent


@pytest.mark.parametrize("path", PATHS)
async def test_unknown_ids_are_named_and_nothing_is_written(
    app: Talarian, library: Database, path: str
) -> None:
    async with client_of(app) as client:
        answer = await client.put(path, json={"tags": [3, 77, 1, 10**30, -1]})
        assert answer.status_code == 422
        assert answer.json()["detail"] == [
            {
                "type": "unknown_id",
                "loc": ["body", "tags", place],
                "msg": f"There is no Tag with the id {number}",
                "input": number,
            }
            for place, number in ((1, 77), (3, 10**30), (4, -1))
        ]
    async with library, library.transaction(read_only=True) as session:
        rows = await session.execute(select(book_tags.c.tag_id).order_by(book_tags.c.tag_id))
        assert list(rows.scalars()) == [1, 2]


async def test_one_query_for_all_ids_and_none_for_no_ids(library: Database) -> None:
    async with library, library.transaction() as session:
        with count_queries(library, 1):
            found = await related(session, Tag, [4, 2, 4, 5])
        assert [tag.id for tag in found] == [4, 2, 5]
        with count_queries(library, 0):
            assert await related(session, Tag, []) == []
            with pytest.raises(RequestValidationError, match="unknown_id"):
                await related(session, Tag, [10**30])
            with pytest.raises(RequestValidationError, match="at most 1000"):
                await related(session, Tag, range(1001))


async def test_what_the_database_refuses_is_answered_where_it_is_flushed(
    app: Talarian, library: Database
) -> None:
    @app.put("/moved/{book_id}")
    async def move(book_id: int, author_id: int, body: BookIn, session: Session) -> None:
        book = await session.get_one(Book, book_id)
        book.author_id = author_id
        await set_related(session, book, Book.tags, body.tags)
        with answering(Book):
            await session.flush()

    async with client_of(app) as client:
        answer = await client.put("/moved/1?author_id=77", json={"tags": [3]})
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["type"] == "unknown_reference"
    with library.sync_transaction() as session:
        session.get_one(Book, 1).author_id = 77
        set_related_sync(session, session.get_one(Book, 1), Book.tags, [3])
        session.rollback()


async def test_what_was_added_or_deleted_before_counts(library: Database) -> None:
    with library.sync_transaction() as session:
        session.add(Tag(id=50, name="new"))
        book = session.get_one(Book, 1)
        set_related_sync(session, book, Book.tags, [50])
        assert [tag.name for tag in book.tags] == ["new"]
        session.delete(session.get_one(Tag, 5))
        with pytest.raises(RequestValidationError, match="unknown_id"):
            related_sync(session, Tag, [5])


async def test_what_cannot_be_set(library: Database) -> None:
    async with library, library.transaction() as session:
        with pytest.raises(TalarianError, match="Line has a primary key of 2 columns"):
            await related(session, Line, [1])
        book = await session.get_one(Book, 1)
        with pytest.raises(TalarianError, match=r"Book\.author is not a relationship to many"):
            await set_related(session, book, Book.author, [1])


def test_cascades(library: Database) -> None:
    with library.sync_transaction() as session:
        book = session.get_one(Book, 1)
        book.reviews = [Review(stars=5), Review(stars=1)]
        session.add(Order(id=1, lines=[Line(book=Book(title="Else", author_id=1), copies=3)]))
        session.flush()
        book.reviews.pop()  # delete-orphan
    with library.sync_transaction() as session:
        assert session.scalar(select(func.count()).select_from(Review)) == 1
        session.delete(session.get_one(Book, 1))
        session.delete(session.get_one(Order, 1))
    with library.sync_transaction() as session:
        for gone in (Review, Line, book_tags):
            assert session.scalar(select(func.count()).select_from(gone)) == 0
        # What is on the other side of a many-to-many relationship stays.
        assert session.scalar(select(func.count()).select_from(Tag)) == TAGS
        assert session.scalar(select(func.count()).select_from(Book)) == 1
