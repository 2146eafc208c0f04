"""One application in a process: answers, conversations, and what can go wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from talarian.prove.engines import Broken, Engine, Target, on_talarian
from talarian.prove.messages import Answer, Conversation, Request

MAIN = """\
import asyncio, os
from contextlib import asynccontextmanager
from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.responses import StreamingResponse

print("what the application prints is not in the way")

@asynccontextmanager
async def lifespan(app):
    yield {"started": True}

api = FastAPI(lifespan=lifespan)
seen = []

@api.get("/count")
def count():
    seen.append(1)
    return len(seen)

@api.get("/fails")
def fails():
    raise ValueError("on purpose")

@api.get("/endless")
async def endless():
    async def lines():
        while True:
            yield "line"
    return StreamingResponse(lines())

@api.get("/leaves")
def leaves():
    os._exit(3)

@api.get("/run")
def run():
    return os.environ["TALARIAN_PROVE_RUN"], os.environ.get("DATABASE")

router = APIRouter(prefix="/in")

@router.websocket("/echo/{name}")
async def echo(socket: WebSocket, name: str):
    await socket.accept()
    while True:
        await socket.send_text(name + await socket.receive_text())

api.include_router(router)
"""


@pytest.fixture
def target(tmp_path: Path) -> Target:
    (tmp_path / "main.py").write_text(MAIN)
    return on_talarian(sys.executable, tmp_path, "main")


@pytest.fixture
def engine(target: Target) -> Iterator[Engine]:
    engine = Engine(target)
    yield engine
    engine.stop()


def get(engine: Engine, path: str, method: str = "GET") -> Answer:
    return engine.ask(Request("", "", method, path))


def test_answers_and_fresh_starts(engine: Engine, target: Target) -> None:
    about = engine.open(target)
    assert about["engine"] == "talarian.fastapi"
    assert about["openapi"]["paths"].keys() >= {"/count", "/fails"}
    assert about["websockets"] == ["/in/echo/{name}"]
    assert [get(engine, "/count").body for _ in range(2)] == [b"1", b"2"]
    engine.open(target)
    assert get(engine, "/count").body == b"1"


def test_what_a_server_would_answer(engine: Engine, target: Target) -> None:
    engine.open(target)
    failed = get(engine, "/fails")
    assert (failed.status, failed.body) == (500, b"Internal Server Error")
    assert failed.error == "ValueError: on purpose"
    endless = get(engine, "/endless")
    assert not endless.complete and endless.body.startswith(b"lineline")
    assert get(engine, "/count", "HEAD").body == b""


def test_a_conversation(engine: Engine, target: Target) -> None:
    engine.open(target)
    said = (("text", "a"), ("text", "b"))
    answer = engine.ask(Conversation("", "", "/in/echo/x", messages=said))
    assert answer.transcript == [
        ["server", "websocket.accept", {}],
        ["client", "text", "a"],
        ["server", "websocket.send", {"text": "xa"}],
        ["client", "text", "b"],
        ["server", "websocket.send", {"text": "xb"}],
    ]


def test_a_process_that_ends_is_no_hang(engine: Engine, target: Target) -> None:
    engine.open(target)
    with pytest.raises(Broken, match="a request ended the process"):
        get(engine, "/leaves")
    engine.open(target)
    assert get(engine, "/count").body == b"1"


def test_each_run_has_its_variables(engine: Engine, target: Target) -> None:
    engine.open(replace(target, variables={"DATABASE": "sqlite:///${RUN}.db"}), 4)
    assert get(engine, "/run").body == b'["talarian-4","sqlite:///talarian-4.db"]'


@pytest.mark.parametrize(
    ("module", "stage", "message"),
    [("nothing", "import", "No module named 'nothing'"), ("json", "no application", "in json")],
)
def test_no_application(
    engine: Engine, target: Target, module: str, stage: str, message: str
) -> None:
    with pytest.raises(Broken) as caught:
        engine.open(replace(target, module=module))
    assert caught.value.stage == stage
    assert message in caught.value.error


def test_a_startup_that_fails(engine: Engine, target: Target, tmp_path: Path) -> None:
    source = MAIN.replace('yield {"started": True}', 'raise KeyError("no database")\n    yield')
    (tmp_path / "other.py").write_text(source)
    with pytest.raises(Broken, match=r"startup(.|\n)*no database"):
        engine.open(replace(target, module="other"))
