"""When there are not enough connections, and when there is no database."""

import logging
from typing import Any

import anyio
import pytest
from sqlalchemy import select, text

from talarian import Request, Talarian
from talarian.health import Health
from talarian.responses import JSONResponse
from talarian.sql import Database, DatabaseUnavailable, PoolExhausted, Session, SyncSession
from tests.integration.sql.serving import client_of, in_use
from tests.integration.sql.shop import Book
from tests.integration.sql.targets import only_on

pytestmark = pytest.mark.anyio


@pytest.fixture
def small(make_database: Any) -> Database:
    """A database with two connections, and little patience."""
    db: Database = make_database(pool_size=1, max_overflow=1, pool_timeout=0.3)
    return db


def slow(db: Database, released: anyio.Event) -> Talarian:
    app = Talarian(extensions=[db, Health()])

    @app.get("/slow/{number}")
    async def hold(number: int, session: Session) -> None:
        await session.execute(select(Book))  # the line that takes the connection
        await released.wait()

    @app.get("/quick")
    async def quick(session: Session) -> int:
        return len((await session.scalars(select(Book))).all())

    @app.get("/quick-sync")
    def quick_sync(session: SyncSession) -> int:
        return len(session.scalars(select(Book)).all())

    return app


class TestExhaustion:
    async def test_is_answered_503_and_logged_with_the_holders(
        self, small: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        released = anyio.Event()
        async with client_of(slow(small, released)) as client, anyio.create_task_group() as group:
            for number in range(2):
                group.start_soon(client.get, f"/slow/{number}")
            await until(lambda: in_use(small) == 2)
            with caplog.at_level(logging.ERROR, "talarian.sql"):
                answer = await client.get("/quick")
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert answer.json() == {"detail": "The service is busy. Try again later."}
            (message,) = [record.getMessage() for record in caplog.records]
            assert "All 2 are held by: 2 x GET /slow/{number} (begun at " in message
            assert "test_pools.py:" in message
            assert ", in hold)" in message
            released.set()
            await until(lambda: in_use(small) == 0)
            assert (await client.get("/quick")).status_code == 200
            assert {m.value for m in small.metrics() if m.name.endswith("timeouts")} == {1}

    async def test_of_sync_sessions(
        self, small: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with client_of(slow(small, anyio.Event())) as client:
            with small.sync_engine.connect(), small.sync_transaction() as session:
                session.execute(select(Book))
                with caplog.at_level(logging.ERROR, "talarian.sql"):
                    answer = await client.get("/quick-sync")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        message = caplog.records[0].getMessage()
        assert "a connection of its own (begun at" in message
        assert "a transaction (begun at" in message
        assert "in test_of_sync_sessions" in message

    async def test_an_application_may_answer_in_its_own_way(self, small: Database) -> None:
        released = anyio.Event()
        app = slow(small, released)

        @app.exception_handler(PoolExhausted)
        async def busy(request: Request, error: PoolExhausted) -> JSONResponse:
            return JSONResponse({"busy": True}, 429)

        async with client_of(app) as client, small.engine.connect(), small.engine.connect():
            assert (await client.get("/quick")).status_code == 429

    async def test_readiness_fails_meanwhile(self, small: Database) -> None:
        async with client_of(slow(small, anyio.Event())) as client:
            async with small.engine.connect(), small.engine.connect():
                answer = await client.get("/health/ready")
            assert answer.status_code == 503
            assert answer.json()["checks"]["database"]["status"] == "fail"
            assert (await client.get("/health/ready")).status_code == 200
            assert (await client.get("/health/live")).status_code == 200


class TestMetrics:
    async def test_they_tell_what_the_pool_does(self, small: Database) -> None:
        async with small, small.engine.connect():
            measured = {
                (m.name.removeprefix("db.client.connection."), m.labels.get(STATE)): m.value
                for m in small.metrics()
            }
        assert measured["count", "used"] == 1
        assert measured["count", "idle"] == 0
        assert measured["max", None] == 2
        assert measured["wait_time.count", None] == 1
        assert 0 < measured["wait_time.sum", None] < 5


STATE = "db.client.connection.state"


class TestNoServer:
    @pytest.mark.parametrize("kind", ["postgresql+asyncpg", "postgresql+psycopg", "mysql"])
    async def test_requests_are_answered_503(self, kind: str) -> None:
        db = Database(f"{kind}://nobody:tell-nobody@127.0.0.1:1/nothing")
        async with client_of(slow(db, anyio.Event())) as client:
            for path in ("/quick", "/quick-sync", "/health/ready"):
                answer = await client.get(path)
                assert answer.status_code == 503
                assert "tell-nobody" not in answer.text
            assert (await client.get("/quick")).headers["retry-after"] == "5"
            assert (await client.get("/health/live")).status_code == 200

    @only_on("asyncpg", "psycopg")
    async def test_idle_connections_that_were_lost_are_replaced(self, db: Database) -> None:
        app = slow(db, anyio.Event())
        async with client_of(app) as client:
            assert (await client.get("/quick")).status_code == 200
            await kill_others(db)
            assert (await client.get("/quick")).status_code == 200

    @only_on("asyncpg", "psycopg")
    async def test_one_that_is_lost_in_a_transaction(self, db: Database) -> None:
        async with db:
            with pytest.raises(DatabaseUnavailable):
                async with db.transaction() as session:
                    session.add(Book(title="Emma"))
                    await session.flush()
                    await kill_others(db)
                    session.add(Book(title="Persuasion"))
            assert in_use(db) == 0
            async with db.transaction(read_only=True) as session:
                assert (await session.scalars(select(Book))).all() == []


async def kill_others(db: Database) -> None:
    """End every other connection to the database, as a restart of the server does."""
    async with another(db) as killer, killer.engine.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    await anyio.sleep(0.1)


def another(db: Database) -> Database:
    return Database(db.url.render_as_string(hide_password=False))


async def until(true: Any) -> None:
    with anyio.fail_after(5):
        while not true():
            await anyio.sleep(0.01)
