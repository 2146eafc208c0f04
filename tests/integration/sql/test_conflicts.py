"""Transactions that get in each other's way."""

import asyncio
from typing import Any

import anyio
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as PlainSession

from talarian import Talarian
from talarian.concurrency import run_in_threadpool
from talarian.sql import Database, Session, TransactionConflict
from tests.integration.sql.serving import client_of
from tests.integration.sql.shop import Book

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stocked(make_database: Any) -> Database:
    """A database with two books, of which there are none in stock."""
    db: Database = make_database(pool_size=20, pool_timeout=30)
    with db.sync_transaction() as session:
        session.add_all([Book(id=1, title="Emma"), Book(id=2, title="Persuasion")])
    return db


async def stock(db: Database) -> list[int]:
    async with db.transaction(read_only=True) as session:
        return list(await session.scalars(select(Book.stock).order_by(Book.id)))


class TestIdempotent:
    async def test_none_is_lost(self, stocked: Database, is_sqlite: bool) -> None:
        """Each reads, and writes what it has read and one more: all but one must run again."""
        attempts = 0

        @stocked.idempotent(attempts=50, within=30, isolation="SERIALIZABLE")
        async def receive(session: AsyncSession, book_id: int) -> int:
            nonlocal attempts
            attempts += 1
            now = await session.scalar(select(Book.stock).where(Book.id == book_id)) or 0
            await asyncio.sleep(0)
            await session.execute(update(Book).where(Book.id == book_id).values(stock=now + 1))
            return now

        async with stocked:
            seen: list[int] = []

            async def one() -> None:
                seen.append(await receive(1))

            async with anyio.create_task_group() as group:
                for _ in range(15):
                    group.start_soon(one)
            assert await stock(stocked) == [15, 0]
        assert sorted(seen) == list(range(15))
        assert attempts >= (15 if is_sqlite else 16)  # SQLite queues writers: none runs again

    async def test_of_sync_functions(self, stocked: Database) -> None:
        @stocked.idempotent(attempts=50, within=30, isolation="SERIALIZABLE")
        def receive(session: PlainSession, book_id: int) -> None:
            now = session.scalar(select(Book.stock).where(Book.id == book_id)) or 0
            session.execute(update(Book).where(Book.id == book_id).values(stock=now + 1))

        async with stocked, anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(run_in_threadpool, lambda: receive(2))
        async with stocked:
            assert await stock(stocked) == [0, 8]

    async def test_an_endpoint_may_be_one(self, stocked: Database) -> None:
        app = Talarian(extensions=[stocked])

        @app.put("/books/{book_id}/stock/{number}")
        @stocked.idempotent()
        async def put(session: AsyncSession, book_id: int, number: int) -> dict[str, int]:
            await session.execute(update(Book).where(Book.id == book_id).values(stock=number))
            return {"stock": number}

        async with client_of(app) as client:
            assert (await client.put("/books/1/stock/7")).json() == {"stock": 7}
            assert (await client.put("/books/1/stock/many")).status_code == 422
            assert await stock(stocked) == [7, 0]

    async def test_limits(self, stocked: Database) -> None:
        runs = {"attempts": 0, "errors": 0}

        @stocked.idempotent(attempts=3)
        async def never(session: AsyncSession) -> None:
            runs["attempts"] += 1
            raise TransactionConflict("again and again")

        @stocked.idempotent(attempts=3)
        async def wrong(session: AsyncSession) -> None:
            runs["errors"] += 1
            raise ValueError

        async with stocked:
            with pytest.raises(TransactionConflict):
                await never()
            with pytest.raises(ValueError):
                await wrong()
        assert runs == {"attempts": 3, "errors": 1}
        with pytest.raises(ValueError, match="attempts"):
            stocked.idempotent(attempts=0)


class TestConflicts:
    async def test_are_answered_503(self, stocked: Database) -> None:
        """Two requests, each of which waits until the other has read (or has its lock)."""
        app = Talarian(extensions=[stocked])
        both = [anyio.Event(), anyio.Event()]

        @app.get("/{mine}/{other}")  # a safe method: SQLite does not queue it as a writer
        async def cross(mine: int, other: int, session: Session) -> None:
            await session.connection(execution_options=serializable(stocked))
            await session.scalar(select(Book.stock).where(Book.id == other))
            both[mine - 1].set()
            await both[other - 1].wait()
            for book_id in (mine, other):
                await session.execute(update(Book).where(Book.id == book_id).values(stock=mine))
                await asyncio.sleep(0.05)

        answers: list[Any] = []
        async with client_of(app) as client:

            async def get(path: str) -> None:
                answers.append(await client.get(path))

            async with anyio.create_task_group() as group:
                group.start_soon(get, "/1/2")
                group.start_soon(get, "/2/1")
            winner, loser = sorted(answers, key=lambda answer: int(answer.status_code))
            assert (winner.status_code, loser.status_code) == (200, 503)
            assert loser.headers["retry-after"] == "1"
            assert loser.json() == {"detail": "Another request was faster. Try again."}
            number = int(winner.url.path.split("/")[1])
            assert await stock(stocked) == [number, number]


def serializable(db: Database) -> dict[str, str]:
    sqlite = db.url.get_backend_name() == "sqlite"
    return {} if sqlite else {"isolation_level": "SERIALIZABLE"}


class TestWriters:
    async def test_wait_for_each_other(self, stocked: Database) -> None:
        """Without a word of their own: SQLite queues them, the others lock the row."""
        app = Talarian(extensions=[stocked])

        @app.post("/{book_id}")
        async def receive(book_id: int, session: Session) -> None:
            found = await session.get_one(Book, book_id, with_for_update=True)
            found.stock += 1

        statuses: list[int] = []
        async with client_of(app) as client:

            async def post() -> None:
                statuses.append((await client.post("/1")).status_code)

            async with anyio.create_task_group() as group:
                for _ in range(100):
                    group.start_soon(post)
            assert statuses == [200] * 100
            assert await stock(stocked) == [100, 0]
