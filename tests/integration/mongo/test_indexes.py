"""Indexes: at the start of an application, and by `talarian mongo indexes`."""

import json
import logging
import os
import sys
import uuid
from collections.abc import Callable, Generator
from pathlib import Path
from textwrap import dedent

import pytest
from pymongo import IndexModel
from typer.testing import CliRunner

from talarian import hook
from talarian.cli.application import application as talarian
from talarian.cli.failure import Failure
from talarian.cli.mongo import indexes
from talarian.extensions import UnsafeInProduction
from talarian.mongo import IndexesRefused, Mongo, MongoModel
from tests.integration.mongo.library import MODELS, application
from tests.integration.mongo.serving import client_of

anyio = pytest.mark.anyio


class First(MongoModel, collection="things", indexes=[IndexModel("a"), IndexModel("old")]):
    """As it was."""


class Second(
    MongoModel,
    collection="things",
    indexes=[IndexModel("a", unique=True), IndexModel("new")],
):
    """As it is now: one index differs, one is new, one is gone."""


async def kinds(mongo: Mongo) -> list[tuple[str, str]]:
    async with mongo.opened():
        return [
            (step.difference.value, str(step.wanted and dict(step.wanted)["name"]))
            for step in await mongo.index_differences()
        ]


@anyio
async def test_what_is_missing_is_created_at_the_start(
    mongo: Mongo, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "talarian.mongo")
    assert await kinds(mongo) == [("create", "isbn_1"), ("create", "year_1")]
    async with client_of(application(mongo)):
        pass
    assert "books: isbn_1 on isbn 1 (unique) is missing: it was created" in caplog.text
    assert await kinds(mongo) == []


@anyio
async def test_production_leaves_it_to_the_command(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TALARIAN_ENV", "production")
    monkeypatch.setenv("MONGO_CURSOR_KEY", "something else")
    mongo = Mongo(url, models=MODELS)
    async with client_of(application(mongo)):
        pass
    assert "isbn_1 on isbn 1 (unique) is missing: talarian mongo indexes --apply" in caplog.text
    assert len(await kinds(mongo)) == 2


@anyio
async def test_production_refuses_what_is_not_safe(
    mongo: Mongo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALARIAN_ENV", "production")
    with pytest.raises(UnsafeInProduction, match="MONGO_CURSOR_KEY"):
        async with client_of(application(mongo)):
            pass


@anyio
async def test_nothing_is_dropped_at_the_start(url: str, caplog: pytest.LogCaptureFixture) -> None:
    for models in ([First], [Second]):
        async with Mongo(url, models=models).opened(creates_indexes=True):
            pass
    assert await kinds(Mongo(url, models=[Second])) == [("change", "a_1"), ("drop", "None")]
    assert "has other options than declared: unique" in caplog.text
    assert "is declared nowhere" in caplog.text


@anyio
async def test_what_cannot_be_unique_stops_the_start(url: str) -> None:
    mongo = Mongo(url, models=[Second])
    async with mongo.opened():
        await mongo.database["things"].insert_many([{"a": "secret"}, {"a": "secret"}])
    with pytest.raises(IndexesRefused, match=r"a_1 of things") as caught:
        async with mongo.opened(creates_indexes=True):
            pass
    assert "secret" not in str(caught.value)


APP = dedent(
    """
    from pymongo import IndexModel
    from talarian import Talarian
    from talarian.mongo import Mongo, MongoModel

    class Thing(MongoModel, collection="things", indexes=[{indexes}]):
        pass

    app = Talarian(extensions=[Mongo({url!r}, models=[Thing])])
    """
)

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def order(monkeypatch: pytest.MonkeyPatch) -> Generator[None, None, None]:
    """The command imports applications into this process, and has `import fastapi` give the face;
    that is put back in order."""
    was_installed = hook.is_installed()
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    yield
    if not was_installed:
        hook.uninstall()


@pytest.fixture
def write(tmp_path: Path, url: str) -> Write:
    """Writes an application with these indexes."""

    def write(declared: str) -> Path:
        # A module of its own each time: they are all imported into this process.
        path = tmp_path / f"things_{uuid.uuid4().hex}.py"
        path.write_text(APP.format(indexes=declared, url=url))
        return path

    return write


def run(path: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(talarian, ["mongo", "indexes", str(path), *options])
    return result.exit_code, result.output


def test_the_command_shows_creates_and_drops(write: Write) -> None:
    app = write('IndexModel("a"), IndexModel("old")')
    assert run(app) == (
        1,
        "+ things: a_1 on a 1 is missing: --apply creates it\n"
        "+ things: old_1 on old 1 is missing: --apply creates it\n",
    )
    code, text = run(app, "--apply")
    assert (code, text.count(": created\n")) == (0, 2)
    assert run(app) == (0, "No index differs.\n")

    app = write('IndexModel("a", unique=True), IndexModel("new")')
    code, text = run(app)
    assert code == 1
    assert [line[0] for line in text.splitlines()] == ["~", "+", "-"]
    code, text = run(app, "--apply")
    assert code == 0
    assert [line.rpartition(": ")[2] for line in text.splitlines()] == [
        "created anew",
        "created",
        "--apply --drop drops it",
    ]
    code, text = run(app, "--json")
    (row,) = json.loads(text)
    assert (code, row["difference"], row["done"]) == (0, "drop", False)
    code, text = run(app, "--apply", "--drop")
    assert (code, text.rpartition(": ")[2]) == (0, "dropped\n")
    assert run(app) == (0, "No index differs.\n")


def test_what_the_command_refuses(write: Write, tmp_path: Path) -> None:
    with pytest.raises(Failure, match="--drop goes with --apply"):
        indexes(str(write("")), drop=True)
    plain = tmp_path / "plain_without_mongo.py"
    plain.write_text("from talarian import Talarian\napp = Talarian()\n")
    with pytest.raises(Failure, match="has no MongoDB"):
        indexes(str(plain))


def test_the_command_without_a_server(tmp_path: Path) -> None:
    away = tmp_path / "things_away.py"
    url = "mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=100"
    away.write_text(APP.format(indexes="", url=url))
    with pytest.raises(Failure, match="was not reached"):
        indexes(str(away))
