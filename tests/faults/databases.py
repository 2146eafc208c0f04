"""The databases of fault tests: how each is made, disturbed, and looked at from outside."""

import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import URL, Engine, create_engine, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from talarian.sql import Base
from tests.faults.app import REFUSED_PART, UNDOING_PART
from tests.faults.models import ACCOUNTS, Entry
from tests.faults.processes import CannotRun, PrivatePostgres

Row = tuple[str, int]


@dataclass(frozen=True)
class Fault:
    """Something that is done to a database while it is used.

    Args:
        name: What the report calls it.
        every: Seconds between two, on average.
        do: Does it, in a worker thread; how often it was done, which may be 0.
    """

    name: str
    every: float
    do: Callable[[Random], int]


class FaultyDatabase:
    """A database, its faults, and a view of it that the server under test knows nothing of.

    Attributes:
        url: Where it is, for whoever looks at it.
        scheme: How the server under test writes its URL: what the database is, and a driver if it
            is to have another one than it would choose.
        faults: What is done to it.
        open_transactions: A query for the connections that are in a transaction, and one for all
            that the server under test has. `None` where there is no server to ask.
    """

    faults: Sequence[Fault] = ()
    triggers: Sequence[str] = ()
    connections: str | None = None
    open_transactions: str | None = None

    def __init__(self, url: URL, scheme: str) -> None:
        self.url = url
        self.scheme = scheme
        self.admin: Engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def create_tables(self) -> None:
        Base.metadata.create_all(self.admin)
        accounts = [f"INSERT INTO accounts VALUES ({one}, 0)" for one in range(1, ACCOUNTS + 1)]
        counters = [
            f"INSERT INTO counters VALUES ('{name}', 0)"
            for name in ("serializable", "idempotent", "idempotent-sync")
        ]
        with self.admin.connect() as connection:
            for statement in [*accounts, *counters, *self.triggers]:
                connection.exec_driver_sql(statement)

    def rows(self) -> list[Row]:
        """Key and part of every entry."""
        with self.admin.connect() as connection:
            found = connection.execute(select(Entry.key, Entry.part))
            return [(key, part) for key, part in found]

    def number(self, query: str) -> int:
        with self.admin.connect() as connection:
            return int(connection.execute(text(query)).scalar() or 0)


class SQLiteFile(FaultyDatabase):
    """A file; what disturbs it is another process that writes to it."""

    triggers = (
        f"CREATE TRIGGER refuse BEFORE INSERT ON entries WHEN NEW.part = {REFUSED_PART} "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END",
        f"CREATE TRIGGER undo BEFORE INSERT ON entries WHEN NEW.part = {UNDOING_PART} "
        "BEGIN SELECT RAISE(ROLLBACK, 'undone'); END",
    )

    def __init__(self, file: Path) -> None:
        super().__init__(URL.create("sqlite", database=str(file)), "sqlite")
        self._file = file
        self.faults = (Fault("a lock of another process", 4.0, self._lock),)

    def create_tables(self) -> None:
        # As a server would have left it: to switch needs the file for oneself.
        with self.admin.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        super().create_tables()

    def _lock(self, chance: Random) -> int:
        connection = sqlite3.connect(self._file, timeout=5, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(chance.uniform(0.1, 2.0))  # the busy timeout of the test is one second
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return 0  # it was the other process that had to wait too long
        finally:
            connection.close()
        return 1


class Postgres(FaultyDatabase):
    """A PostgreSQL cluster of its own, whose backends are ended and which is restarted."""

    triggers = (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''refused''; END'",
        "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RAISE EXCEPTION ''undone'' USING ERRCODE = ''40001''; END'",
        f"CREATE TRIGGER refuse BEFORE INSERT ON entries FOR EACH ROW "
        f"WHEN (NEW.part = {REFUSED_PART}) EXECUTE FUNCTION refuse()",
        "CREATE CONSTRAINT TRIGGER undo AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW WHEN (NEW.part = {UNDOING_PART}) EXECUTE FUNCTION undo()",
    )
    _OTHERS = (
        "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    connections = f"SELECT count(*) {_OTHERS}"
    open_transactions = f"SELECT count(*) {_OTHERS} AND xact_start IS NOT NULL"

    def __init__(self, cluster: PrivatePostgres, scheme: str) -> None:
        where = URL.create(
            "postgresql+psycopg", "postgres", None, "127.0.0.1", cluster.port, "postgres"
        )
        super().__init__(where, scheme)
        self._cluster = cluster
        self.faults = (
            Fault("killed connections", 0.4, self._kill),
            Fault("restarts of PostgreSQL", 6.0, self._restart),
        )

    def _kill(self, chance: Random) -> int:
        return self.number(
            "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid"
            f" {self._OTHERS} ORDER BY random() LIMIT {chance.randint(1, 3)}) AS chosen"
        )

    def _restart(self, chance: Random) -> int:
        if chance.random() < 0.5:
            self._cluster.kill()
        else:
            self._cluster.stop()
        time.sleep(chance.uniform(0, 0.5))
        self._cluster.start()
        return 1


class MariaDB(FaultyDatabase):
    """A database on a MariaDB server that others use too: only its own connections are killed."""

    triggers = (
        "CREATE TRIGGER refuse BEFORE INSERT ON entries FOR EACH ROW BEGIN "
        f"IF NEW.part = {REFUSED_PART} THEN SIGNAL SQLSTATE '45000'; END IF; "
        f"IF NEW.part = {UNDOING_PART} THEN SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213; "
        "END IF; END",
    )
    _OTHERS = "FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
    connections = f"SELECT count(*) {_OTHERS}"
    open_transactions = (
        "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_mysql_thread_id IN"
        f" (SELECT id {_OTHERS})"
    )

    def __init__(self, url: URL) -> None:
        super().__init__(url, "mariadb")
        self.faults = (Fault("killed connections", 0.4, self._kill),)

    def _kill(self, chance: Random) -> int:
        killed = 0
        with self.admin.connect() as connection:
            ids = list(connection.execute(text(f"SELECT id {self._OTHERS}")).scalars())
            for one in chance.sample(ids, min(len(ids), chance.randint(1, 3))):
                try:
                    connection.exec_driver_sql(f"KILL CONNECTION {one}")
                    killed += 1
                except SQLAlchemyError:
                    pass  # it has ended by itself
        return killed


@contextmanager
def sqlite(folder: Path) -> Generator[FaultyDatabase]:
    """A new SQLite file."""
    folder.mkdir()
    yield SQLiteFile(folder / "faults.db")


@contextmanager
def postgresql(folder: Path, scheme: str = "postgresql") -> Generator[FaultyDatabase]:
    """A new PostgreSQL cluster."""
    folder.mkdir()
    cluster = PrivatePostgres(folder)
    cluster.create()
    try:
        yield Postgres(cluster, scheme)
    finally:
        cluster.stop()


@contextmanager
def mariadb(folder: Path) -> Generator[FaultyDatabase]:
    """A new database on the server at `MARIADB_URL`."""
    server = make_url(os.environ.get("MARIADB_URL", "mariadb://root@127.0.0.1:3306/mysql"))
    server = server.set(drivername="mariadb+pymysql")
    name = f"talarian_faults_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
    except SQLAlchemyError as error:
        raise CannotRun(f"MariaDB does not answer at {server!r}: {error}") from error
    try:
        yield MariaDB(server.set(database=name))
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}")


DATABASES: Mapping[str, Callable[[Path], AbstractContextManager[FaultyDatabase]]] = {
    "sqlite": sqlite,
    "postgresql": postgresql,
    "mariadb": mariadb,
    # psycopg for async sessions too.
    "psycopg": partial(postgresql, scheme="postgresql+psycopg"),
}
