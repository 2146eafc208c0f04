"""The application as a whole: its page, its documentation, its migrations, its first stock."""

import asyncio
import re
from typing import NoReturn

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, selectinload
from talarian import Talarian
from talarian.sql import Database
from talarian.testclient import TestClient

from bookshop.main import STATIC
from bookshop.models import Author, Book
from bookshop.seed import seed

# What shop.js and its neighbours ask for: "PATCH /api/books/{id}".
REQUEST = re.compile(r'"([A-Z]+) (/api/[^"]*)"')


def test_the_page_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    links = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert "/static/shop.js" in links
    for link in links:
        assert link.startswith("/")
        assert client.get(link).status_code == 200
    for script in STATIC.glob("*.js"):
        for module in re.findall(r'from "([^"]+)"', script.read_text()):
            assert (STATIC / module).is_file()


def test_what_the_page_asks_for_is_there(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    offered = {f"{verb.upper()} {path}" for path, verbs in paths.items() for verb in verbs}
    asked = {
        f"{verb} {path}"
        for script in STATIC.glob("*.js")
        for verb, path in REQUEST.findall(script.read_text())
    }
    assert len(asked) >= 8
    assert asked <= offered


def test_every_operation_is_documented(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    operations = [
        operation
        for path, verbs in paths.items()
        if path.startswith("/api/")
        for operation in verbs.values()
    ]
    assert len(operations) == 25
    for operation in operations:
        assert operation["summary"]
        assert operation["tags"][0] in {"books", "authors", "reviews", "tags"}
    assert client.get("/docs").status_code == 200


def test_the_tools_around_it_are_there(client: TestClient) -> None:
    assert client.get("/health/ready").json()["checks"].keys() == {"database", "migrations"}
    with TestClient(client.app, base_url="http://127.0.0.1", client=("127.0.0.1", 1)) as local:
        assert local.get("/admin").status_code == 200


def test_migrations_agree_with_the_models(db: Database) -> None:
    """As `talarian db check`."""

    async def check() -> None:
        assert (await db.migrations.status()).is_current
        assert await db.migrations.differences() == []

    asyncio.run(check())


def test_migrations_go_down_and_up_again(db: Database) -> None:
    db.migrations.sync_downgrade("base")
    db.migrations.sync_upgrade()
    test_migrations_agree_with_the_models(db)


def test_the_shop_is_filled_once(db: Database) -> None:
    async def stock() -> list[tuple[str, str, list[str], list[str]]]:
        books = (
            select(Book)
            .order_by(Book.id)
            .options(selectinload(Book.author), selectinload(Book.tags), selectinload(Book.reviews))
        )
        async with db.transaction(read_only=True) as session:
            return [
                (
                    book.title,
                    book.author.name,
                    [tag.name for tag in book.tags],
                    [review.text for review in book.reviews],
                )
                for book in await session.scalars(books)
            ]

    async def fill_again() -> None:
        async with db:
            first = await stock()
            assert len(first) == 50
            assert await seed(db) is False
            assert await stock() == first

    asyncio.run(fill_again())


def test_who_fills_it_at_the_same_time_does_nothing(db: Database) -> None:
    async def fill_together() -> None:
        db.migrations.sync_downgrade("base")
        db.migrations.sync_upgrade()
        async with db:
            assert sorted(await asyncio.gather(seed(db), seed(db), seed(db))) == [
                False,
                False,
                True,
            ]
            async with db.transaction(read_only=True) as session:
                assert await session.scalar(select(func.count()).select_from(Book)) == 50

    asyncio.run(fill_together())


def test_seeding_that_fails_leaves_nothing(db: Database) -> None:
    def fail(_: object) -> NoReturn:
        raise OSError("disk full")

    async def fill() -> None:
        db.migrations.sync_downgrade("base")
        db.migrations.sync_upgrade()
        async with db:
            event.listen(Session, "before_commit", fail)
            try:
                with pytest.raises(OSError, match="disk full"):
                    await seed(db)
            finally:
                event.remove(Session, "before_commit", fail)
            async with db.transaction(read_only=True) as session:
                assert (await session.scalars(select(Author))).all() == []
            assert await seed(db)

    asyncio.run(fill())


def test_a_commit_that_fails_does_not_answer_201(app: Talarian) -> None:
    def fail(_: object) -> NoReturn:
        raise OSError("disk full")

    with TestClient(app, raise_server_exceptions=False) as client:
        event.listen(Session, "before_commit", fail)
        try:
            answer = client.post("/api/authors", json={"name": "Sappho"})
        finally:
            event.remove(Session, "before_commit", fail)
        assert answer.status_code == 500
        assert client.get("/api/authors", params={"q": "Sappho"}).json()["items"] == []
