"""``talarian routes``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from talarian.cli.failure import Failure
from talarian.cli.routes import routes

Project = Callable[..., Path]

SHOP = """\
from fastapi import APIRouter, FastAPI, WebSocket
from starlette.applications import Starlette

router = APIRouter(prefix="/items", tags=["items"])

@router.get("/{item_id}")
def read_item(item_id: int) -> int:
    return item_id

@router.websocket("/live")
async def live(websocket: WebSocket) -> None: ...

inner = FastAPI(openapi_url=None)

@inner.post("/in")
async def enter() -> None: ...

app = FastAPI(openapi_url=None)
app.include_router(router, prefix="/v1", tags=["v1"])
app.mount("/inner", inner, name="inner")
app.mount("/plain", Starlette())
"""


@pytest.fixture(autouse=True)
def shop(project: Project) -> None:
    project(shop=SHOP)


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    routes("shop.py", as_json=True)
    table = json.loads(capsys.readouterr().out)
    read_item = table[0]
    assert sorted(read_item.pop("tags")) == ["items", "v1"]
    assert read_item == {
        "kind": "http",
        "methods": ["GET"],
        "path": "/v1/items/{item_id}",
        "name": "read_item",
        "endpoint": "shop.read_item",
        "file": "shop.py",
        "line": 6,
    }
    assert [(row["kind"], row["path"], row["name"]) for row in table[1:]] == [
        ("websocket", "/v1/items/live", "live"),
        ("mount", "/inner", "inner"),
        ("http", "/inner/in", "enter"),
        ("mount", "/plain", None),
    ]


def test_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    routes("shop.py")
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["METHODS", "PATH", "NAME", "ENDPOINT", "TAGS"]
    assert lines[1][:4] == ["GET", "/v1/items/{item_id}", "read_item", "shop.py:6"]
    assert lines[2][:2] == ["websocket", "/v1/items/live"]
    assert lines[4] == ["POST", "/inner/in", "enter", "shop.py:15"]


@pytest.mark.parametrize("wanted", ["read_item", "/v1/items/{item_id}", "/inner/in"])
def test_explain(wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    routes("shop.py", explain=wanted)
    assert capsys.readouterr().out.strip()


def test_explain_without_a_plan() -> None:
    with pytest.raises(Failure, match="There is no plan for /plain"):
        routes("shop.py", explain="/plain")


def test_explain_an_unknown_route() -> None:
    with pytest.raises(Failure, match="Did you mean read_item"):
        routes("shop.py", explain="read_itme")
