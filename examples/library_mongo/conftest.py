"""Lets the tests import the example's modules, and gives them a MongoDB."""

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def mongo_url() -> Generator[str, None, None]:
    """The URL of a new database: at `MONGO_URL`, or in an emulator."""
    from talarian.mongo.testing import mongo_server

    with mongo_server() as server:
        yield server.new_url()
