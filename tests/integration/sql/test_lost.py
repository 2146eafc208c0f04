"""Transactions that the database has undone, and commits whose connection is lost: reductions of
what the fault test (`make faults`) has found."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import anyio
import pytest
from sqlalchemy import event, make_url, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from talarian import Talarian
from talarian.concurrency import run_in_threadpool
from talarian.exceptions import TalarianError
from talarian.sql import (
    Base,
    CommitUnknown,
    Database,
    DatabaseSettings,
    DatabaseUnavailable,
    PoolExhausted,
    Session,
    SyncSession,
    TransactionConflict,
    TransactionLost,
)
from tests.faults.proxy import Proxy
from tests.integration.sql.serving import client_of, in_use, titles
from tests.integration.sql.shop import Book
from tests.integration.sql.targets import only_on

pytestmark = pytest.mark.anyio


class TestUndoneByATrigger:
    """`RAISE(ROLLBACK)` and `ON CONFLICT ROLLBACK` undo the whole transaction in SQLite, and what
    follows would be written for good, each statement for itself."""

    @only_on("sqlite")
    @pytest.mark.parametrize("in_savepoint", [False, True])
    async def test_nothing_of_it_is_kept(self, db: Database, in_savepoint: bool) -> None:
        async with db:
            async with db.transaction() as session:
                await session.execute(
                    text(
                        "CREATE TEMP TRIGGER undo BEFORE INSERT ON books WHEN NEW.title = 'Undo' "
                        "BEGIN SELECT RAISE(ROLLBACK, 'undone'); END"
                    )
                )
            undo = text("INSERT INTO books (title, stock) VALUES ('Undo', 0)")
            with pytest.raises(TransactionLost, match="savepoint"):
                async with db.transaction() as session:
                    session.add(Book(title="Emma"))
                    await session.flush()
                    with pytest.raises(SQLAlchemyError):
                        if in_savepoint:
                            async with session.begin_nested():
                                await session.execute(undo)
                        else:
                            await session.execute(undo)
                    session.add(Book(title="Persuasion"))
            assert (await titles(db), in_use(db)) == ([], 0)
            async with db.transaction() as session:
                session.add(Book(title="Sanditon"))
            assert await titles(db) == ["Sanditon"]


class TestDeadlocks:
    @only_on("asyncpg", "psycopg", "asyncmy")
    @pytest.mark.parametrize("nested", [False, True], ids=["plain", "in a savepoint"])
    @pytest.mark.parametrize("caught", [False, True], ids=["raised", "caught"])
    async def test_the_loser_keeps_nothing_or_all(
        self, db: Database, nested: bool, caught: bool
    ) -> None:
        """MariaDB undoes the loser's whole transaction, with all of its savepoints. PostgreSQL
        undoes the savepoint, if there is one, and the rest may be committed."""
        async with db:
            async with db.transaction() as session:
                session.add_all([Book(id=901, title="1"), Book(id=902, title="2")])
            both = [anyio.Event(), anyio.Event()]
            outcomes: dict[int, BaseException | None] = {}

            async def lock(session: AsyncSession, number: int) -> None:
                await session.execute(update(Book).where(Book.id == 900 + number).values(stock=1))

            async def work(session: AsyncSession, mine: int) -> None:
                session.add(Book(title=f"first of {mine}"))
                await session.flush()
                await lock(session, mine)
                both[mine - 1].set()
                await both[2 - mine].wait()
                try:
                    if nested:
                        async with session.begin_nested():
                            await lock(session, 3 - mine)
                    else:
                        await lock(session, 3 - mine)
                except SQLAlchemyError:
                    if not caught:
                        raise
                session.add(Book(title=f"second of {mine}"))

            async def run(mine: int) -> None:
                outcomes[mine] = None
                try:
                    async with db.transaction() as session:
                        await work(session, mine)
                except Exception as error:
                    outcomes[mine] = error

            async with anyio.create_task_group() as group:
                group.start_soon(run, 1)
                group.start_soon(run, 2)
            found = await titles(db)
            for mine, outcome in outcomes.items():
                parts = [title for title in found if title.endswith(f"of {mine}")]
                assert len(parts) == (2 if outcome is None else 0), (mine, outcome, found)
            survives = nested and caught and db.url.get_backend_name() == "postgresql"
            losers = [error for error in outcomes.values() if error is not None]
            assert len(losers) == (0 if survives else 1)
            for error in losers:
                assert isinstance(error, TransactionConflict), repr(error)


@asynccontextmanager
async def behind_a_proxy(url: str, **settings: Any) -> AsyncGenerator[tuple[Database, Proxy], None]:
    """The database, through a proxy that can be cut."""
    server = make_url(url)
    assert server.host is not None
    default = 5432 if server.get_backend_name() == "postgresql" else 3306
    async with Proxy(server.host, server.port or default, Random(1)) as proxy:
        through = server.set(host="127.0.0.1", port=proxy.own_port)
        given: dict[str, Any] = {"url": through.render_as_string(hide_password=False), **settings}
        yield Database(models=Base, settings=DatabaseSettings(**given)), proxy


class TestLostCommits:
    @only_on("asyncpg", "psycopg", "asyncmy")
    @pytest.mark.parametrize("arrives", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("path", ["/async/Emma", "/sync/Emma"])
    async def test_the_answer_says_that_nobody_knows(
        self, db: Database, url: str, path: str, arrives: bool
    ) -> None:
        async with behind_a_proxy(url) as (cut, proxy):
            app = Talarian(extensions=[cut])

            @app.post("/async/{title}")
            async def add(title: str, session: Session) -> None:
                session.add(Book(title=title))

            @app.post("/sync/{title}")
            def add_sync(title: str, session: SyncSession) -> None:
                session.add(Book(title=title))

            async with client_of(app) as client:
                # PyMySQL begins a connection with a COMMIT.
                assert (await client.post(path.replace("Emma", "Sanditon"))).status_code == 200
                proxy.cut_commits, proxy.before = 1.0, 0.0 if arrives else 1.0
                answer = await client.post(path)
                proxy.cut_commits = 0.0
                assert answer.status_code == 500
                assert "retry-after" not in answer.headers
                assert "Whether anything was written is not known" in answer.json()["detail"]
                assert in_use(cut) == 0
                assert (await client.post("/async/Persuasion")).status_code == 200
        async with db:
            committed = ["Emma"] if arrives else []
            assert await titles(db) == [*committed, "Persuasion", "Sanditon"]

    @only_on("asyncpg", "asyncmy")
    async def test_one_that_is_lost_before_is_known(self, db: Database, url: str) -> None:
        async with behind_a_proxy(url) as (cut, proxy), cut:
            with pytest.raises(DatabaseUnavailable) as caught:
                async with cut.transaction() as session:
                    await session.connection()
                    session.add(Book(title="Emma"))
                    proxy.cut_statements = 1.0  # the flush, with which the commit begins
            assert not isinstance(caught.value, CommitUnknown)

    @only_on("asyncpg", "asyncmy")
    async def test_idempotent_work_runs_again(self, db: Database, url: str) -> None:
        async with behind_a_proxy(url) as (cut, proxy), cut:
            attempts = 0

            @cut.idempotent()
            async def put(session: AsyncSession) -> None:
                nonlocal attempts
                attempts += 1
                proxy.cut_commits, proxy.before = (1.0 if attempts < 3 else 0.0), 0.0
                await session.merge(Book(id=1, title="Emma"))

            await put()
            assert attempts == 3
        async with db:
            assert await titles(db) == ["Emma"]

    @only_on("asyncpg")
    @pytest.mark.parametrize(
        "then", [DatabaseUnavailable("away"), PoolExhausted("busy"), TransactionConflict("slow")]
    )
    async def test_what_comes_later_does_not_make_it_known(
        self, db: Database, url: str, then: Exception
    ) -> None:
        """The first attempt is committed and its answer is lost; the next one fails otherwise."""
        async with behind_a_proxy(url) as (cut, proxy), cut:
            attempts = 0

            @cut.idempotent(attempts=2)
            async def put(session: AsyncSession) -> None:
                nonlocal attempts
                attempts += 1
                if attempts == 2:
                    raise then
                proxy.cut_commits, proxy.before = 1.0, 0.0
                await session.merge(Book(id=1, title="Emma"))

            with pytest.raises(CommitUnknown):
                await put()
        async with db:
            assert await titles(db) == ["Emma"]


class TestIsolation:
    """It holds for one transaction, and nothing has to be set back afterwards."""

    @only_on("asyncpg", "psycopg", "asyncmy")
    async def test_of_the_next_transaction_only(self, make_database: Any) -> None:
        db: Database = make_database(pool_size=1, max_overflow=0)
        async with db:
            async with db.transaction() as session:
                session.add(Book(title="Emma"))
            levels: list[str] = []
            for isolation in ("SERIALIZABLE", None, "READ COMMITTED", "REPEATABLE READ"):
                async with db.transaction(isolation=isolation) as session:
                    levels.append(await isolation_of(session))
                    if isolation == "SERIALIZABLE":
                        await session.commit()  # a second transaction in the same unit
                        assert await isolation_of(session) == "SERIALIZABLE"
        default = (
            "READ COMMITTED" if db.url.get_backend_name() == "postgresql" else "REPEATABLE READ"
        )
        assert levels == ["SERIALIZABLE", default, "READ COMMITTED", "REPEATABLE READ"]

    @only_on("asyncmy")
    async def test_one_that_does_not_exist(self, db: Database) -> None:
        async with db:
            with pytest.raises(TalarianError, match="SERIALIZABLE"):
                db.transaction(isolation="SNAPSHOT; DROP TABLE books")

    @only_on("asyncpg", "psycopg", "asyncmy")
    @pytest.mark.parametrize("sync", [False, True], ids=["async", "sync"])
    async def test_a_connection_that_is_lost_after_the_commit(
        self, db: Database, url: str, sync: bool
    ) -> None:
        """What is committed is committed, and the pool gets its connection back."""
        async with behind_a_proxy(url, pool_size=1, max_overflow=0) as (cut, proxy), cut:

            def lose(session: Any) -> None:
                proxy.cut_commits = 1.0  # with which a level that is set back would end

            def write() -> None:
                with cut.sync_transaction(isolation="SERIALIZABLE") as session:
                    event.listen(session, "after_commit", lose)
                    session.add(Book(title="Emma"))

            if sync:
                await run_in_threadpool(write)
            else:
                async with cut.transaction(isolation="SERIALIZABLE") as session:
                    event.listen(session.sync_session, "after_commit", lose)
                    session.add(Book(title="Emma"))
            used = [m.value for m in cut.metrics() if m.labels.get(STATE) == "used"]
            assert set(used) == {0}
        async with db:
            assert await titles(db) == ["Emma"]


STATE = "db.client.connection.state"


async def isolation_of(session: AsyncSession) -> str:
    """The isolation level that the session's transaction has, as the database sees it."""
    if session.get_bind().dialect.name == "postgresql":
        return str(await session.scalar(text("SHOW transaction_isolation"))).upper()
    await session.execute(text("SELECT * FROM books"))  # InnoDB begins with the first read
    await asyncio.sleep(0.15)  # it shows what is up to 0.1 s old
    level = text(
        "SELECT trx_isolation_level FROM information_schema.innodb_trx"
        " WHERE trx_mysql_thread_id = connection_id()"
    )
    return str(await session.scalar(level))
