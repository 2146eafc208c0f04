"""What a URL says, and what of it is not safe in production."""

import pytest

from talarian.exceptions import TalarianError
from talarian.mongo import Mongo, MongoSettings
from talarian.mongo.address import parsed
from talarian.mongo.hazards import unsafe

KEY = "a key that nobody knows"


def hazards(url: str, **settings: object) -> list[str]:
    given = MongoSettings.model_validate({"url": url, "cursor_key": KEY, **settings})
    return [hazard.what for hazard in unsafe(parsed(url), given)]


@pytest.mark.parametrize(
    ("url", "hosts", "database", "is_local"),
    [
        ("mongodb://127.0.0.1:27017/app", ("127.0.0.1:27017",), "app", True),
        ("mongodb://localhost/app?w=1", ("localhost",), "app", True),
        ("mongodb://[::1]:27017/a", ("[::1]:27017",), "a", True),
        ("mongodb://%2Ftmp%2Fmongodb-27017.sock/a", ("%2Ftmp%2Fmongodb-27017.sock",), "a", True),
        (
            "mongodb://u:p%40x@a.example,b.example:1/a%20b",
            ("a.example", "b.example:1"),
            "a b",
            False,
        ),
        ("mongodb://localhost,b.example/a", ("localhost", "b.example"), "a", False),
        ("mongodb://127.0.0.1.example.org/a", ("127.0.0.1.example.org",), "a", False),
        ("mongodb+srv://cluster.example/a", ("cluster.example",), "a", False),
    ],
)
def test_urls(url: str, hosts: tuple[str, ...], database: str, is_local: bool) -> None:
    found = parsed(url)
    assert (found.hosts, found.database, found.is_local) == (hosts, database, is_local)


@pytest.mark.parametrize(
    "url", ["", "mongodb://", "postgresql://user:secret@host/db", "mongodb:/x", "secret"]
)
def test_what_is_no_url_is_not_shown(url: str) -> None:
    with pytest.raises(TalarianError, match="cannot be read") as caught:
        parsed(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["mongodb://h", "mongodb://h/", "mongodb://u:secret@h/?w=1"])
def test_a_database_must_be_named(url: str) -> None:
    with pytest.raises(TalarianError, match="names no database") as caught:
        Mongo(url)
    assert "secret" not in str(caught.value)


SAFE = "mongodb://user:password@db.example/app?tls=true"


@pytest.mark.parametrize(
    "url",
    [
        "mongodb://127.0.0.1/app",
        SAFE,
        "mongodb://user:password@db.example/app?ssl=TRUE",
        "mongodb+srv://user:password@cluster.example/app",
        "mongodb://db.example/app?tls=true&authMechanism=MONGODB-X509",
    ],
)
def test_what_is_safe(url: str) -> None:
    assert hazards(url) == []


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("mongodb://db.example/app?tls=true", "names no user"),
        ("mongodb://user:password@db.example/app", "does not use TLS"),
        ("mongodb+srv://user:password@db.example/app?tls=false", "does not use TLS"),
        (f"{SAFE}&tlsInsecure=true", "tlsInsecure"),
        (f"{SAFE}&tlsAllowInvalidCertificates=true", "tlsAllowInvalidCertificates"),
        ("mongodb://127.0.0.1/app?w=0", "w=0"),
    ],
)
def test_what_is_not_safe(url: str, what: str) -> None:
    (found,) = hazards(url)
    assert what in found
    assert "password@" not in found


def test_a_network_of_your_own() -> None:
    assert hazards("mongodb://user:password@mongo/app", trusted_network=True) == []
    assert len(hazards("mongodb://mongo/app", trusted_network=True)) == 1


def test_the_key_for_development() -> None:
    (found,) = hazards("mongodb://127.0.0.1/app", cursor_key=MongoSettings().cursor_key)
    assert "MONGO_CURSOR_KEY" in found


def test_settings_are_shown_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGS_MONGO_URL", "mongodb://user:secret@db.example/logs")
    monkeypatch.setenv("LOGS_MONGO_CURSOR_KEY", "secret")
    mongo = Mongo(name="logs")
    shown = {row.name: row.value for row in mongo.settings()}
    assert shown["LOGS_MONGO_URL"] == "mongodb://user:**********@db.example/logs"
    assert "secret" not in str(shown)


async def _open(url: str) -> None:
    async with Mongo(url).opened():
        pass


@pytest.mark.parametrize("url", ["mongodb://u:se:cret@h/a", "mongodb://h:secret/a"])
def test_what_the_driver_refuses_is_not_shown(url: str) -> None:
    import asyncio

    with pytest.raises(TalarianError, match="PyMongo does not understand") as caught:
        asyncio.run(_open(url))
    assert "cret" not in str(caught.value)
