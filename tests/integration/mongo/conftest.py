"""Every test here runs on the MongoDB at `MONGO_URL`, or else on an emulator. Each test has a
database of its own, which is dropped at its end."""

import asyncio
from collections.abc import AsyncGenerator, Generator

import httpx2
import pytest
from pymongo import AsyncMongoClient

from talarian.mongo import Mongo
from talarian.mongo.testing import Server, mongo_server
from tests.integration.mongo.library import MODELS, application
from tests.integration.mongo.serving import client_of


@pytest.fixture
def anyio_backend() -> str:
    """PyMongo's async client is for asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def server() -> Generator[Server, None, None]:
    with mongo_server() as found:
        yield found


@pytest.fixture
def url(server: Server) -> Generator[str, None, None]:
    """The URL of a database of the test's own."""
    found = server.new_url()
    yield found
    asyncio.run(_drop(found))


async def _drop(url: str) -> None:
    async with AsyncMongoClient[dict[str, object]](url) as client:
        await client.drop_database(client.get_default_database().name)


@pytest.fixture
def mongo(url: str) -> Mongo:
    return Mongo(url, models=MODELS)


@pytest.fixture
async def client(mongo: Mongo) -> AsyncGenerator[httpx2.AsyncClient, None]:
    """A client of the library's application, which is running."""
    async with client_of(application(mongo)) as found:
        yield found


@pytest.fixture(autouse=True)
def what_the_emulator_gets_wrong(request: pytest.FixtureRequest) -> None:
    """Tests marked `not_on_emulator` are expected to fail there, each with its reason."""
    if (marker := request.node.get_closest_marker("not_on_emulator")) is not None:
        server: Server = request.getfixturevalue("server")
        if server.is_emulator:
            request.applymarker(pytest.mark.xfail(reason=marker.args[0], strict=True))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "not_on_emulator(reason): what the emulator of MongoDB gets wrong"
    )
