"""The application as a whole: its page, its documentation, its first start and its commits."""

import asyncio
import re
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session
from talarian import Talarian
from talarian.testclient import TestClient

from bookshop.database import open_database, prepare_database
from bookshop.main import create_app
from bookshop.seed import LIBRARY


def test_the_page_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/")
    assert page.headers["content-type"].startswith("text/html")
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert "/static/shop.js" in links
    for link in links:
        assert link.startswith("/")
        assert client.get(link).status_code == 200


def test_every_operation_is_documented(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = [verb for path in document["paths"].values() for verb in path.values()]
    assert len(operations) == 18
    for operation in operations:
        assert operation["summary"]
        assert operation["tags"][0] in {"books", "authors", "reviews"}
    assert client.get("/docs").status_code == 200


def test_the_shop_is_filled_once(app: Talarian) -> None:
    with TestClient(app) as client:
        total = client.get("/api/books").json()["total"]
        assert client.delete("/api/books/1").status_code == 204
    with TestClient(app) as client:
        assert client.get("/api/books").json()["total"] == total - 1


def test_workers_that_start_together_fill_it_once(tmp_path: Path) -> None:
    async def start() -> tuple[int, str]:
        engines = [open_database(f"sqlite+aiosqlite:///{tmp_path}/shop.db") for _ in range(4)]
        await asyncio.gather(*map(prepare_database, engines))
        async with engines[0].connect() as connection:
            authors = await connection.scalar(text("SELECT count(*) FROM authors"))
            mode = await connection.scalar(text("PRAGMA journal_mode"))
        for engine in engines:
            await engine.dispose()
        return int(authors or 0), str(mode)

    assert asyncio.run(start()) == (len(LIBRARY), "wal")


def test_another_database_is_refused_with_an_example() -> None:
    app = create_app("postgresql+asyncpg://localhost/shop")
    with pytest.raises(ValueError, match=r"sqlite\+aiosqlite:///bookshop\.db"), TestClient(app):
        pass


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
        assert client.get("/api/authors", params={"q": "Sappho"}).json()["total"] == 0
