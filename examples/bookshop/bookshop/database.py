"""The connection to SQLite and the session that each request gets."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from sqlalchemy import event, inspect, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from talarian import Depends, Request

from bookshop.models import Base
from bookshop.seed import classics


def open_database(url: str) -> AsyncEngine:
    """An engine for a `sqlite+aiosqlite:///file.db` URL.

    Raises ValueError for any other database: the settings below are SQLite's own.
    """
    if make_url(url).drivername != "sqlite+aiosqlite":
        raise ValueError(
            "BOOKSHOP_DATABASE_URL must look like sqlite+aiosqlite:///bookshop.db "
            "(four slashes for an absolute path)"
        )
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", configure_connection)
    return engine


def configure_connection(connection: Any, _: object) -> None:
    """Settings that SQLite forgets when a connection closes, so each new one gets them."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 5000")  # milliseconds to wait for another writer
    cursor.execute("PRAGMA synchronous = NORMAL")  # safe with WAL, and far fewer disk flushes
    cursor.execute("PRAGMA foreign_keys = ON")  # SQLite ignores them unless asked
    cursor.close()


async def switch_to_wal(engine: AsyncEngine, attempts: int = 40) -> None:
    """Let readers work beside the one writer. The file remembers it.

    Where two processes switch at the same moment, SQLite refuses one of them at once, whatever its
    busy_timeout is. A moment later the other is done and there is nothing left to switch.
    """
    for left in reversed(range(attempts)):
        async with engine.connect() as connection:
            try:
                await connection.exec_driver_sql("PRAGMA journal_mode = WAL")
                return
            except OperationalError:
                if not left:
                    raise
        await asyncio.sleep(0.05)


async def prepare_database(engine: AsyncEngine) -> None:
    """Create the tables, and put the classics on the shelves if they are new.

    All of it is one write transaction: of several workers that start together one does the work,
    and a crash half-way leaves nothing behind. A shop that was emptied on purpose stays empty.
    """
    await switch_to_wal(engine)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
        if await connection.run_sync(lambda sync: inspect(sync).has_table("books")):
            return
        await connection.run_sync(Base.metadata.create_all)
        async with AsyncSession(connection) as session:
            session.add_all(classics())
            await session.flush()


def session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects can still be read after the commit, when the response is made."""
    return async_sessionmaker(engine, expire_on_commit=False)


async def get_session(request: Request) -> AsyncGenerator[AsyncSession]:
    """One transaction for one request: committed if the endpoint returns, else rolled back."""
    sessions: async_sessionmaker[AsyncSession] = request.state.sessions
    async with sessions.begin() as session:
        yield session


# With the default scope, the code after `yield` runs once the response has been sent: a commit that
# fails then has already answered 201. Scope "function" commits first, so that a client who reads
# "created" can rely on it, and a failed commit is an honest 500.
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
