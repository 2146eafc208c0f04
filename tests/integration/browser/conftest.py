"""A database of people and notes on each kind of server, with the browser on it."""

from collections.abc import Generator

import pytest

from talarian.browser import DatabaseBrowser
from talarian.sql import Database
from tests.integration.browser.models import Base, fill
from tests.integration.sql.conftest import url as url

_MODELS = Base


@pytest.fixture
def db(url: str) -> Generator[Database, None, None]:
    database = Database(url, models=_MODELS)
    _MODELS.metadata.drop_all(database.sync_engine)
    _MODELS.metadata.create_all(database.sync_engine)
    fill(database)
    yield database
    _MODELS.metadata.drop_all(database.sync_engine)
    database.close_sync()


@pytest.fixture
def browser(db: Database) -> DatabaseBrowser:
    return DatabaseBrowser(db)
