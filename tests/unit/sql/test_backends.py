"""URLs, drivers, and what is particular about SQLite."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from talarian import Talarian
from talarian.exceptions import TalarianError
from talarian.extensions import hazards
from talarian.sql import Database, DatabaseSettings
from talarian.sql.backends import async_url, backend_of, parsed, sync_url
from talarian.sql.backends.sqlite import SQLite


def url(text: str, *, sync: bool = False) -> str:
    choose = sync_url if sync else async_url
    return choose(parsed(text)).render_as_string(hide_password=False)


class TestURLs:
    @pytest.mark.parametrize(
        ("given", "expected", "expected_sync"),
        [
            ("sqlite:///a.db", "sqlite+aiosqlite:///a.db", "sqlite+pysqlite:///a.db"),
            ("postgresql://h/d", "postgresql+asyncpg://h/d", "postgresql+psycopg://h/d"),
            ("postgres://h/d", "postgresql+asyncpg://h/d", "postgresql+psycopg://h/d"),
            ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
            (
                "mysql://u:p@h/d",
                "mysql+asyncmy://u:p@h/d?charset=utf8mb4",
                "mysql+pymysql://u:p@h/d?charset=utf8mb4",
            ),
            (
                "mariadb+asyncmy://h/d?charset=latin1",
                "mariadb+asyncmy://h/d?charset=latin1",
                "mariadb+pymysql://h/d?charset=latin1",
            ),
            (
                "postgresql://h/d?sslmode=require",
                "postgresql+asyncpg://h/d?ssl=require",
                "postgresql+psycopg://h/d?sslmode=require",
            ),
        ],
    )
    def test_drivers_are_chosen(self, given: str, expected: str, expected_sync: str) -> None:
        assert url(given) == expected
        assert url(given, sync=True) == expected_sync

    def test_a_driver_that_is_missing(self) -> None:
        with pytest.raises(TalarianError, match=r"psycopg2.* pip install \"talarian\[postgres\]\""):
            url("postgresql+psycopg2://h/d", sync=True)
        with pytest.raises(TalarianError, match="Async sessions with mysql need aiomysql"):
            url("mysql+aiomysql://h/d")

    def test_other_databases(self) -> None:
        with pytest.raises(TalarianError, match="'oracle' databases are not supported"):
            backend_of(parsed("oracle://h/d"))

    def test_what_is_not_a_url_is_not_shown(self) -> None:
        with pytest.raises(TalarianError) as raised:
            Database("postgresql//user:hush@host")
        assert "hush" not in str(raised.value)
        assert raised.value.__cause__ is None


class TestSettings:
    def test_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "sqlite:///other.db")
        monkeypatch.setenv("DATABASE_POOL_SIZE", "3")
        monkeypatch.setenv("REPORTS_DATABASE_URL", "postgresql://u:hush@h/reports")
        database, reports = Database(), Database(name="reports")
        assert str(database.url) == "sqlite:///other.db"
        assert reports.url.database == "reports"
        rows = {row.name: row for row in (*database.settings(), *reports.settings())}
        assert rows["DATABASE_POOL_SIZE"].value == "3"
        assert rows["REPORTS_DATABASE_POOL_SIZE"].source == "default"
        assert rows["REPORTS_DATABASE_URL"].value == "postgresql://u:**********@h/reports"

    def test_an_argument_comes_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "sqlite:///other.db")
        database = Database("sqlite:///mine.db")
        assert str(database.url) == "sqlite:///mine.db"
        assert {row.name: row.source for row in database.settings()}["DATABASE_URL"] == "code"

    def test_hazards(self) -> None:
        app = Talarian(extensions=[Database(settings=DatabaseSettings(url="sqlite://", echo=True))])
        assert [hazard.what.split()[0] for hazard in hazards(app)] == ["The", "DATABASE_ECHO"]
        assert hazards(Talarian(extensions=[Database("sqlite:///app.db")])) == []


class TestSQLite:
    @pytest.fixture
    def database(self, tmp_path: Path) -> Database:
        return Database(f"sqlite:///{tmp_path}/app.db")

    @pytest.mark.anyio
    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    async def test_it_is_set_up_for_a_server(self, database: Database) -> None:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        async with database:
            async with database.transaction() as session:
                found: list[Any] = [await session.scalar(text(f"PRAGMA {name}")) for name in names]
            with database.sync_transaction() as sync_session:
                again: list[Any] = [sync_session.scalar(text(f"PRAGMA {name}")) for name in names]
        assert found == again == ["wal", 1, 1, 5000]

    def test_a_folder_that_is_missing(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path}/no/app.db")
        with pytest.raises(TalarianError, match=r"no/app\.db cannot be opened.*folder must exist"):
            database.sync_transaction()

    def test_switching_to_wal_waits_for_others(self, tmp_path: Path) -> None:
        path = tmp_path / "app.db"
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("CREATE TABLE t (x)")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            SQLite().prepare(parsed(f"sqlite:///{path}"), busy_timeout=0.1)
        other.execute("COMMIT")
        SQLite().prepare(parsed(f"sqlite:///{path}"), busy_timeout=0.1)
        other.close()
        again = sqlite3.connect(path)
        assert again.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        again.close()

    @pytest.mark.anyio
    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    async def test_in_memory_there_is_one_connection(self) -> None:
        database = Database("sqlite://")
        async with database:
            async with database.transaction() as session:
                await session.execute(text("CREATE TABLE t (x)"))
            async with database.transaction() as session:
                assert await session.scalar(text("SELECT count(*) FROM t")) == 0
            with pytest.raises(TalarianError, match=r"in memory.*either async or sync"):
                database.sync_transaction()


class TestOpening:
    def test_not_before_the_lifespan(self) -> None:
        database = Database("sqlite://")
        with pytest.raises(TalarianError, match=r"not open.*with TestClient\(app\) as client"):
            database.transaction()

    @pytest.mark.anyio
    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    async def test_twice_in_one_loop(self, tmp_path: Path) -> None:
        database = Database(f"sqlite:///{tmp_path}/app.db")
        async with database:
            async with database:
                pass
            await database.check()
        with pytest.raises(TalarianError, match="not open"):
            await database.check()

    @pytest.mark.anyio
    @pytest.mark.parametrize("anyio_backend", ["asyncio"])
    async def test_creating_tables_needs_models(self) -> None:
        async with Database("sqlite://") as database:
            with pytest.raises(TalarianError, match=r"models=…"):
                await database.create_tables()
