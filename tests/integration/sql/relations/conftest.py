"""The library's tables, filled once for each kind of database."""

from collections.abc import Generator

import pytest

from talarian.sql import Database
from tests.integration.sql.relations.library import Base, fill


@pytest.fixture(scope="module")
def stocked_url(url: str) -> Generator[str, None, None]:
    """A database with the library in it, for tests that only read."""
    db = Database(url, models=Base)
    Base.metadata.drop_all(db.sync_engine)
    Base.metadata.create_all(db.sync_engine)
    fill(db)
    yield url
    Base.metadata.drop_all(db.sync_engine)
    db.close_sync()


@pytest.fixture
def library(stocked_url: str) -> Database:
    return Database(stocked_url, models=Base)
