"""Attributes that are loaded too late, or one by one."""

import warnings
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.exc import DetachedInstanceError

from talarian import BackgroundTasks, Depends, Talarian
from talarian.sql import Database, LazyLoadError, RepeatedQuery, Session, SyncSession
from talarian.testclient import TestClient
from tests.integration.sql.serving import client_of
from tests.integration.sql.shop import Author, Book

pytestmark = pytest.mark.anyio

AUTHORS = 4


@pytest.fixture
def stocked(make_database: Any) -> Database:
    db: Database = make_database()
    with db.sync_transaction() as session:
        for number in range(AUTHORS):
            author = Author(name=f"author {number}")
            session.add(Book(title=f"title {number}", author=author))
    return db


class AuthorOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    title: str
    author: AuthorOut


def line_of(text: str) -> int:
    """The number of the line of this file in which the text is."""
    with open(__file__, encoding="utf-8") as source:
        (number,) = [
            at for at, line in enumerate(source, 1) if text in line and "line_of" not in line
        ]
    return number


class TestLazyLoads:
    async def test_the_error_names_the_relationship_the_line_and_the_fix(
        self, stocked: Database
    ) -> None:
        async with stocked, stocked.transaction() as session:
            book = (await session.scalars(select(Book))).first()
            assert book is not None
            with pytest.raises(LazyLoadError) as raised:
                _ = book.author  # lazy many-to-one
            text = str(raised.value)
            assert "Book.author was not loaded" in text
            assert "select(Book).options(selectinload(Book.author))" in text
            assert f"{__file__}:{line_of('# lazy many-to-one')}" in text
            author = (await session.scalars(select(Author))).first()
            assert author is not None
            with pytest.raises(LazyLoadError, match=r"Author\.books was not loaded"):
                _ = author.books
            # What it says to do works.
            await session.refresh(book, ["author"])
            assert book.author is not None
            loaded = select(Author).options(selectinload(Author.books))
            assert [len(each.books) for each in await session.scalars(loaded)] == [1] * AUTHORS

    async def test_of_columns(self, stocked: Database) -> None:
        async with stocked, stocked.transaction() as session:
            book = (await session.scalars(select(Book))).first()
            assert book is not None
            session.expire(book, ["title"])
            with pytest.raises(LazyLoadError, match=r"Book has .* not loaded.*session\.refresh"):
                _ = book.title

    async def test_in_a_response(self, stocked: Database) -> None:
        app = Talarian(extensions=[stocked])
        errors: list[Exception] = []

        @app.get("/", response_model=list[BookOut])
        async def read(session: Session) -> Any:
            return (await session.scalars(select(Book))).all()

        @app.exception_handler(Exception)
        async def keep(request: Any, error: Exception) -> Any:
            errors.append(error)

        async with client_of(app) as client:
            assert (await client.get("/")).status_code == 500
        assert "selectinload(Book.author)" in str(errors[0])

    def test_after_the_session_is_over(self, stocked: Database) -> None:
        app = Talarian(extensions=[stocked])

        @app.post("/")
        async def later(session: Session, tasks: BackgroundTasks) -> None:
            found = (await session.scalars(select(Book))).first()
            tasks.add_task(lambda: found.author if found else None)

        async def book(session: Session) -> Book | None:
            return (await session.scalars(select(Book))).first()

        @app.get("/")
        async def read(book: Annotated[Any, Depends(book)], session: Session) -> None:
            session.expunge(book)
            _ = book.author

        with TestClient(app) as client:
            for method in (client.get, client.post):
                with pytest.raises(DetachedInstanceError, match=r"'author'.*selectinload"):
                    method("/")

    async def test_sync_sessions_load_when_asked(self, stocked: Database) -> None:
        with stocked.sync_transaction() as session:
            book = session.scalars(select(Book)).first()
            assert book is not None
            assert book.author is not None
        stocked.close_sync()


class TestRepeatedQueries:
    def test_of_lazy_loads(self, stocked: Database) -> None:
        app = Talarian(extensions=[stocked])

        @app.get("/")
        def read(session: SyncSession) -> list[str]:
            books = session.scalars(select(Book)).all()
            return [book.author.name for book in books if book.author]  # one by one

        with TestClient(app) as client, pytest.warns(RepeatedQuery) as caught:
            assert len(client.get("/").json()) == AUTHORS
        (warning,) = caught
        assert (warning.filename, warning.lineno) == (__file__, line_of("# one by one"))
        text = str(warning.message)
        assert text.startswith("GET /: the same query ran 3 times from ")
        assert "FROM authors" in text
        assert "selectinload" in text

    async def test_of_awaited_queries(self, stocked: Database) -> None:
        app = Talarian(extensions=[stocked])

        @app.get("/")
        async def read(session: Session) -> int:
            found = 0
            for number in range(1, AUTHORS + 1):
                found += (await session.get(Author, number)) is not None  # asked in a loop
            return found

        async with client_of(app) as client:
            with pytest.warns(RepeatedQuery) as caught:
                assert (await client.get("/")).json() == AUTHORS
        assert {each.lineno for each in caught} == {line_of("# asked in a loop")}

    async def test_while_the_response_is_made(self, stocked: Database) -> None:
        """The lines that repeat are pydantic's then: the endpoint's request is named."""
        app = Talarian(extensions=[stocked])

        @app.get("/list", response_model=list[BookOut])
        def read(session: SyncSession) -> Any:
            return session.scalars(select(Book)).all()

        async with client_of(app) as client:
            with pytest.warns(RepeatedQuery, match="GET /list: the same query ran 3 times"):
                assert (await client.get("/list")).status_code == 200

    async def test_not_of_different_places_or_requests(self, stocked: Database) -> None:
        app = Talarian(extensions=[stocked])

        async def author(session: AsyncSession, number: int) -> str:
            return (await session.get_one(Author, number)).name

        @app.get("/")
        async def read(session: Session) -> list[str]:
            return [
                await author(session, 1),
                await author(session, 2),
                await author(session, 3),
                await author(session, 4),
            ]

        async with client_of(app) as client:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RepeatedQuery)
                for _ in range(4):
                    assert (await client.get("/")).status_code == 200

    async def test_off_in_production(
        self, make_database: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TALARIAN_ENV", "production")
        db: Database = make_database()
        async with db:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RepeatedQuery)
                async with db.transaction() as session:
                    for number in range(5):
                        await session.get(Author, number)
