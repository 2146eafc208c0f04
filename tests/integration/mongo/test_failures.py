"""A server that cannot be reached, at the start and later: what clients are told, and how soon."""

import time
from typing import Any

import anyio
import httpx2
import pytest
from beanie import Document

from talarian import Talarian
from talarian.health import Health
from talarian.mongo import Mongo, MongoSettings
from talarian.mongo.backends import preparation
from tests.integration.mongo.library import MODELS, application
from tests.integration.mongo.proxy import Proxy, proxy_to
from tests.integration.mongo.serving import client_of

pytestmark = pytest.mark.anyio

EMMA = {"isbn": "1", "title": "Emma"}
UNAVAILABLE = "The database is not available. Try again later."


def impatient(url: str, **settings: Any) -> MongoSettings:
    given: dict[str, Any] = {"server_timeout": 0.3, "pool_timeout": 0.5, "timeout": 1.0, **settings}
    return MongoSettings(url=url, **given)


def assert_unavailable(answer: httpx2.Response) -> None:
    assert (answer.status_code, answer.json()) == (503, {"detail": UNAVAILABLE})
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_server_that_is_not_there_at_the_start(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(preparation, "_PAUSE", 0.1)
    async with proxy_to(url) as proxy:
        await proxy.down()
        # How long an operation may take is not how long a server is looked for.
        mongo = Mongo(models=MODELS, settings=impatient(proxy.url, timeout=30.0))
        async with client_of(application(mongo)) as client:
            begin = time.monotonic()
            assert_unavailable(await client.get("/books"))
            assert_unavailable(await client.post("/books", json=EMMA))
            assert time.monotonic() - begin < 10
            assert (await client.get("/health/ready")).status_code == 503
            assert (await client.get("/health/live")).status_code == 200
            assert "answered 503 until it can" in caplog.text
            assert "GET /books is answered 503" in caplog.text

            await proxy.up()
            await _until_ready(client)
            assert (await client.post("/books", json=EMMA)).status_code == 201
            assert (await client.post("/books", json=EMMA)).status_code == 409  # the index is there


async def test_a_server_that_cannot_be_prepared_later(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """More attempts do not mend it: the log says what it is, and the service is not ready."""
    monkeypatch.setattr(preparation, "_PAUSE", 0.05)
    async with proxy_to(url) as proxy:
        await proxy.down()
        mongo = Mongo(models=MODELS, settings=impatient(proxy.url))
        async with client_of(application(mongo)) as client:
            async with Mongo(url).opened() as other:
                await other.database["books"].insert_many([{"isbn": "secret"}, {"isbn": "secret"}])
            await proxy.up()
            with anyio.fail_after(10):
                while "cannot be prepared" not in caplog.text:
                    await anyio.sleep(0.05)
            assert (await client.get("/health/ready")).status_code == 503
            assert "isbn_1 of books" in caplog.text
            assert "secret" not in caplog.text


async def _until_ready(client: httpx2.AsyncClient) -> None:
    with anyio.fail_after(10):
        while (await client.get("/health/ready")).status_code != 200:
            await anyio.sleep(0.05)


async def test_a_server_that_goes_away_and_comes_back(url: str) -> None:
    async with proxy_to(url) as proxy:
        mongo = Mongo(models=MODELS, settings=impatient(proxy.url))
        async with client_of(application(mongo)) as client:
            assert (await client.post("/books", json=EMMA)).status_code == 201
            await proxy.down()
            for _ in range(3):
                assert_unavailable(await client.get("/books"))
            await proxy.up()
            await _until_ready(client)
            assert len((await client.get("/books")).json()["items"]) == 1


async def test_a_write_whose_answer_is_lost(url: str) -> None:
    """Nobody knows whether it was written, so nobody is told to do it again."""
    async with proxy_to(url) as proxy:
        mongo = Mongo(models=MODELS, settings=impatient(proxy.url))
        async with client_of(application(mongo)) as client:
            assert (await client.get("/books")).status_code == 200
            proxy.silent = True
            begin = time.monotonic()
            written = await client.post("/books", json=EMMA)
            assert time.monotonic() - begin < 3
            assert written.status_code == 500
            assert "not known" in written.json()["detail"]
            assert "Retry-After" not in written.headers
            assert_unavailable(await client.get("/books"))


async def test_documents_of_beanie_wait_too(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting(Document):
        name: str

    monkeypatch.setattr(preparation, "_PAUSE", 0.1)
    async with proxy_to(url) as proxy:
        await proxy.down()
        app = Talarian(
            extensions=[Mongo(models=[Waiting], settings=impatient(proxy.url)), Health()]
        )

        @app.get("/")
        async def count() -> int:
            return await Waiting.find_all().count()

        async with client_of(app) as client:
            assert_unavailable(await client.get("/"))
            await proxy.up()
            await _until_ready(client)
            assert (await client.get("/")).json() == 0


async def test_no_connection_is_free(url: str) -> None:
    async with proxy_to(url) as proxy:
        mongo = Mongo(models=MODELS, settings=impatient(proxy.url, pool_size=1))
        async with client_of(application(mongo)) as client:
            assert (await client.get("/books")).status_code == 200
            proxy.silent = True
            answers: list[httpx2.Response] = []

            async def ask() -> None:
                answers.append(await client.get("/books"))

            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(ask)
            assert {answer.status_code for answer in answers} == {503}
            assert all("Retry-After" in answer.headers for answer in answers)
            assert "The service is busy. Try again later." in {
                it.json()["detail"] for it in answers
            }
            values = {it.name: it.value for it in mongo.metrics()}
            assert values["db.client.connection.timeouts"] >= 1


async def test_the_pool_is_measured(mongo: Mongo) -> None:
    async with client_of(application(mongo)) as client:
        assert (await client.get("/books")).status_code == 200
        values = {
            (it.name, it.labels.get("db.client.connection.state")): it.value
            for it in mongo.metrics()
        }
    assert values["db.client.connection.count", "used"] == 0
    assert values["db.client.connection.count", "idle"] >= 1
    assert values["db.client.connection.max", None] == 50
    assert values["db.client.connection.pending_requests", None] == 0
    assert values["db.client.connection.wait_time.count", None] >= 1


def test_a_proxy_is_for_one_server() -> None:
    with pytest.raises(AssertionError):
        Proxy("mongodb://a,b/x")
