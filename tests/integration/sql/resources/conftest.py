"""A library with all its resources, on each kind of database."""

from collections.abc import Generator

import pytest

from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.sql.resources.library import library


@pytest.fixture
def client(db: Database) -> Generator[TestClient, None, None]:
    with TestClient(library(db), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def strict(db: Database) -> Generator[TestClient, None, None]:
    """With novels that cannot be changed without a version."""
    with TestClient(library(db, require_match=True), raise_server_exceptions=False) as client:
        yield client
