"""Every test here runs on each kind of database. Servers are used where they run; each run has
databases of its own there, which are dropped at its end."""

import uuid
from collections.abc import Callable, Generator
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from talarian.sql import Base, Database, DatabaseSettings
from tests.integration.sql.targets import TARGETS, Target, as_param


@pytest.fixture(scope="session", params=map(as_param, TARGETS))
def url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[str, None, None]:
    """The URL of a new database of each kind."""
    target: Target = request.param
    if target.server is None:
        yield f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/test.db"
        return
    server = make_url(target.server)
    name = f"talarian_test_{uuid.uuid4().hex[:12]}"
    admin = server.set(drivername=f"{server.drivername}+{target.admin}")
    _administrate(admin, f"CREATE DATABASE {name}")
    try:
        own = server.set(drivername=f"{server.drivername}+{target.name}", database=name)
        yield own.render_as_string(hide_password=False)
    finally:
        force = " WITH (FORCE)" if server.get_backend_name() == "postgresql" else ""
        _administrate(admin, f"DROP DATABASE {name}{force}")


def _administrate(admin: URL, statement: str) -> None:
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except SQLAlchemyError as error:
        pytest.skip(f"{admin.render_as_string()} does not answer: {error}")
    finally:
        engine.dispose()


MakeDatabase = Callable[..., Database]

NO_SESSIONS: dict[str, Any] = {}


@pytest.fixture
def make_database(url: str) -> Generator[MakeDatabase, None, None]:
    """Makes databases on empty tables, with settings of the test's own."""

    def make(sessions: dict[str, Any] = NO_SESSIONS, **settings: Any) -> Database:
        given: dict[str, Any] = {"url": url, **settings}
        return Database(models=Base, settings=DatabaseSettings(**given), **sessions)

    _recreate(url)
    yield make


def _recreate(url: str) -> None:
    database = Database(url)
    Base.metadata.drop_all(database.sync_engine)
    Base.metadata.create_all(database.sync_engine)
    database.close_sync()


@pytest.fixture
def db(make_database: MakeDatabase) -> Database:
    """A database with the default settings."""
    return make_database()


@pytest.fixture
def anyio_backend() -> str:
    """SQLAlchemy's async side is for asyncio."""
    return "asyncio"


@pytest.fixture
def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite")
