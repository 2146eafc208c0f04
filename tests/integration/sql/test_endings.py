"""Requests that end before their time: nothing is leaked, and nothing half-done is kept."""

import asyncio
from typing import Any

import anyio
import pytest
from sqlalchemy import text

from talarian import BackgroundTasks, Talarian
from talarian.sql import Database, Session, SyncSession
from tests.contract.client import request
from tests.integration.sql.serving import count, in_use
from tests.integration.sql.shop import Book
from tests.integration.sql.targets import only_on

pytestmark = pytest.mark.anyio


def shop(db: Database) -> Talarian:
    app = Talarian(extensions=[db])

    @app.post("/{number}")
    async def add(number: int, session: Session) -> str:
        session.add(Book(title=f"first {number}"))
        await session.flush()
        session.add(Book(title=f"second {number}"))
        return "added"

    @app.post("/waiting/{number}")
    async def wait(number: int, session: Session) -> None:
        session.add(Book(title=f"waiting {number}"))
        await session.flush()
        await anyio.sleep(10)

    @app.post("/sync/{number}")
    def add_sync(number: int, session: SyncSession) -> str:
        session.add(Book(title=f"sync {number}"))
        return "added"

    return app


async def settle(db: Database) -> None:
    """Wait until what was cancelled has cleaned up."""
    with anyio.fail_after(5):
        while in_use(db):
            await anyio.sleep(0.01)


class TestCancellation:
    @pytest.mark.parametrize("native", [True, False], ids=["task.cancel", "cancel scope"])
    async def test_at_any_moment(self, make_database: Any, native: bool) -> None:
        """Each request is all there or not at all, and what was answered 2xx is all there."""
        db: Database = make_database(pool_size=4, max_overflow=0)
        app = shop(db)
        answered: list[int] = []

        async def post(number: int, seconds: float) -> None:
            async def go() -> None:
                answer = await request(app, "POST", f"/{number}")
                if answer.get("status") == 200:
                    answered.append(number)

            if native:
                task = asyncio.create_task(go())
                await anyio.sleep(seconds)
                task.cancel()
                await asyncio.wait([task])
            else:
                with anyio.move_on_after(seconds):
                    await go()

        async with app.router.lifespan_context(app):
            await request(app, "POST", "/1000")  # so that there is a connection
            async with anyio.create_task_group() as group:
                for number in range(60):
                    group.start_soon(post, number, number * 0.0004)
            await settle(db)
            async with db.transaction(read_only=True) as session:
                rows = await session.execute(text("SELECT title FROM books"))
                found = sorted(title for (title,) in rows)
        firsts = {int(title.split()[1]) for title in found if title.startswith("first")}
        seconds = {int(title.split()[1]) for title in found if title.startswith("second")}
        assert firsts == seconds
        assert set(answered) <= firsts

    async def test_while_the_endpoint_waits(self, make_database: Any) -> None:
        db: Database = make_database(pool_size=2, max_overflow=0)
        app = shop(db)
        async with app.router.lifespan_context(app):
            for number in range(6):
                with anyio.move_on_after(0.2):
                    await request(app, "POST", f"/waiting/{number}")
                await settle(db)
            assert await count(db) == 0
            assert (await request(app, "POST", "/1"))["status"] == 200
            assert await count(db) == 2

    @only_on("asyncpg", "psycopg")
    async def test_the_server_keeps_no_transaction_open(self, make_database: Any) -> None:
        db: Database = make_database(pool_size=2, max_overflow=0)
        app = shop(db)
        async with app.router.lifespan_context(app):
            for number in range(4):
                task = asyncio.create_task(request(app, "POST", f"/waiting/{number}"))
                await anyio.sleep(0.1)
                task.cancel()
                await asyncio.wait([task])
            await settle(db)
            open_ones = text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%'"
            )
            async with db.engine.connect() as connection:
                assert await connection.scalar(open_ones) == 0

    async def test_of_one_that_waits_for_a_connection(self, make_database: Any) -> None:
        db: Database = make_database(pool_size=1, max_overflow=0)
        app = shop(db)
        async with app.router.lifespan_context(app):
            async with db.transaction() as session:
                await session.connection()
                with anyio.move_on_after(0.1):
                    await request(app, "POST", "/1")
            await settle(db)
            assert (await request(app, "POST", "/2"))["status"] == 200
            assert [m.value for m in db.metrics() if m.name.endswith("pending_requests")] == [0]


class TestAfterwards:
    async def test_a_session_that_is_over_takes_no_connection(self, db: Database) -> None:
        app = Talarian(extensions=[db])
        errors: list[Exception] = []

        @app.post("/")
        async def later(session: Session, tasks: BackgroundTasks) -> None:
            await session.execute(text("SELECT 1"))

            async def go_on() -> None:
                try:
                    await session.execute(text("SELECT 1"))
                except Exception as error:
                    errors.append(error)

            tasks.add_task(go_on)

        async with app.router.lifespan_context(app):
            assert (await request(app, "POST", "/"))["status"] == 200
            assert in_use(db) == 0
        assert "permanently closed" in str(errors[0])


class TestDisconnect:
    @pytest.mark.parametrize("path", ["/1", "/sync/1"])
    async def test_a_client_that_hangs_up_leaks_nothing(self, db: Database, path: str) -> None:
        app = shop(db)
        gone = anyio.Event()
        gone.set()
        async with app.router.lifespan_context(app):
            await request(app, "POST", path, gone=gone, spec_version="2.4")
            await settle(db)
            assert all(
                measured.value == 0
                for measured in db.metrics()
                if measured.labels.get("db.client.connection.state") == "used"
            )
