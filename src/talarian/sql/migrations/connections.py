"""Connections for migrations: of their own, and one process at a time."""

import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from talarian.sql.backends import Mode, backend_of, is_memory, sync_url

from .dialects import dialect_of
from .errors import MigrationError, MigrationsLocked

_PAUSE = 0.2  # seconds between two attempts to get the lock


@contextmanager
def engine_for(url: URL, busy_timeout: float) -> Generator[Engine, None, None]:
    """An engine without a pool and without what watches an application's queries.

    Args:
        url: The database.
        busy_timeout: Seconds to wait for another writer, where the database has one at a time.
    """
    if is_memory(url):
        raise MigrationError(
            "The database is in memory and ends with its connection, so there is nothing to "
            "migrate. In a test: `await db.create_tables()`, or a file: sqlite:///test.db."
        )
    url = sync_url(url)
    backend = backend_of(url)
    try:
        backend.prepare(url, busy_timeout)
    except sqlite3.Error as error:
        raise MigrationError(f"The database {address(url)} cannot be used: {error}") from error
    engine = create_engine(
        url,
        poolclass=NullPool,
        connect_args=backend.connect_args(busy_timeout),
        hide_parameters=True,
        execution_options=dict(backend.options(Mode())),
    )
    backend.listen(engine)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def connected(engine: Engine) -> Generator[Connection, None, None]:
    """A connection.

    Raises:
        MigrationError: When the database cannot be reached, or refuses something that is not a
            revision's. The text has no password in it.
    """
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise MigrationError(
            f"The database {address(engine.url)} cannot be reached: {driver_says(error)}"
        ) from None
    with connection:
        try:
            yield connection
        except DBAPIError as error:
            raise MigrationError(
                f"The database {address(engine.url)} says: {driver_says(error)}"
            ) from error


@contextmanager
def exclusive(
    engine: Engine, name: str, wait: float, waiting: Callable[[], None]
) -> Generator[None, None, None]:
    """Keep other processes from migrating the same database.

    The lock has a connection of its own, so it stays when transactions end, and ends when the
    process does.

    Args:
        engine: The database.
        name: What is locked.
        wait: Seconds to wait for whoever has it.
        waiting: Called once, if somebody has.

    Raises:
        MigrationsLocked: When it did not become free in time.
    """
    dialect = dialect_of(engine.url)
    deadline = time.monotonic() + wait
    with connected(engine) as connection:
        first = True
        while not dialect.try_lock(connection, name):
            if time.monotonic() >= deadline:
                raise MigrationsLocked(
                    "Another process is migrating this database, and was not done after "
                    f"{wait:g} s. Nothing was changed by this one. Try again, or wait longer: "
                    "--wait SECONDS."
                )
            if first:
                waiting()
                first = False
            time.sleep(_PAUSE)
        yield


def address(url: URL) -> str:
    """A URL to show: without password, and without options, which may have secrets as well."""
    return url.set(query={}).render_as_string(hide_password=True)


def driver_says(error: DBAPIError) -> str:
    """The driver's own words, without statement and values."""
    original = error.orig if error.orig is not None else error
    match original.args:
        case (int(), str(text)):  # MySQL
            return text.strip()
        case _:
            pass
    return str(original).strip()
