"""Every test runs on a new shop of each kind of database, just after it got its first stock."""

import asyncio
import os
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from talarian import Talarian
from talarian.sql import Database
from talarian.testclient import TestClient

from bookshop.main import MIGRATIONS, create_app
from bookshop.models import Base
from bookshop.seed import seed
from bookshop.settings import ShopSettings

SERVERS = {
    "postgresql": os.environ.get("POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres"),
    "mariadb": os.environ.get("MARIADB_URL", "mariadb://root@127.0.0.1:3306/mysql"),
}
ADMINISTRATORS = {"postgresql": "psycopg", "mariadb": "pymysql"}


@pytest.fixture(
    scope="session",
    params=[
        "sqlite",
        *(pytest.param(name, marks=pytest.mark.service(url)) for name, url in SERVERS.items()),
    ],
)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The URL of an empty database, which is dropped at the end."""
    kind: str = request.param
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shop')}/shop.db"
        return
    server = make_url(SERVERS[kind])
    name = f"bookshop_test_{uuid.uuid4().hex[:12]}"
    administrator = server.set(drivername=f"{kind}+{ADMINISTRATORS[kind]}")
    administrate(administrator, f"CREATE DATABASE {name}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        force = " WITH (FORCE)" if kind == "postgresql" else ""
        administrate(administrator, f"DROP DATABASE {name}{force}")


def administrate(administrator: URL, statement: str) -> None:
    engine = create_engine(administrator, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except SQLAlchemyError as error:
        pytest.skip(f"{administrator.render_as_string()} does not answer: {error}")
    finally:
        engine.dispose()


@contextmanager
def stocked(url: str) -> Generator[Database]:
    """A database after `talarian db upgrade` and `python -m bookshop.seed`."""
    database = Database(url, models=Base, migrations=MIGRATIONS)
    database.migrations.sync_upgrade()
    asyncio.run(fill(database))
    try:
        yield database
    finally:
        database.migrations.sync_downgrade("base")
        database.close_sync()


async def fill(database: Database) -> None:
    async with database:
        assert await seed(database)


@pytest.fixture
def db(url: str) -> Generator[Database]:
    with stocked(url) as database:
        yield database


@pytest.fixture(scope="module")
def window(url: str) -> Generator[TestClient]:
    """For modules that only look around: one shop for all of their tests."""
    with stocked(url) as database, TestClient(create_app(database, ShopSettings())) as client:
        yield client


@pytest.fixture
def app(db: Database) -> Talarian:
    return create_app(db, ShopSettings())


@pytest.fixture
def client(app: Talarian) -> Generator[TestClient]:
    """A visitor to the shop."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def author(client: TestClient) -> int:
    """The id of an author without books."""
    return made(client, "/api/authors", name="Anne Brontë", born=1820)


@pytest.fixture
def book(client: TestClient, author: int) -> int:
    """The id of a book without reviews and tags."""
    return made(
        client,
        "/api/books",
        title="Agnes Grey",
        author_id=author,
        year=1847,
        description="A governess.",
    )


def made(client: TestClient, path: str, **body: Any) -> int:
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])
