"""``talarian prove`` on applications that differ on purpose, and on one that does not.

It needs a real FastAPI: the Python at ``FASTAPI_PYTHON``, or the environment that the benchmarks
make.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts import reference

HONEST = """\
import random
from typing import Annotated

from fastapi import Cookie, FastAPI, Header, HTTPException, Query, Response, WebSocket
from pydantic import BaseModel, Field

app = FastAPI(title="Books")

class Book(BaseModel):
    title: str = Field(max_length=20)
    pages: int = Field(default=1, ge=1)
    tags: list[str] = []

books: dict[int, Book] = {}

@app.get("/books")
def listed(limit: Annotated[int, Query(ge=1, le=50)] = 10, q: str | None = None) -> list[Book]:
    return [book for book in books.values() if q is None or q in book.title][:limit]

@app.post("/books", status_code=201)
def add(book: Book, response: Response, x_shop: Annotated[str | None, Header()] = None) -> Book:
    books[len(books) + 1] = book
    response.headers["location"] = f"/books/{len(books)}"
    response.set_cookie("last", str(len(books)), max_age=60)
    return book

@app.get("/books/{number}")
def one(number: int, last: Annotated[str | None, Cookie()] = None) -> Book:
    if number not in books:
        raise HTTPException(404, f"no book {number}; the last was {last}")
    return books[number]

@app.get("/lucky")
def lucky() -> dict[str, float | str]:
    return {"number": random.random(), "kind": "lucky"}

@app.websocket("/chat/{room}")
async def chat(socket: WebSocket, room: str) -> None:
    await socket.accept()
    while True:
        await socket.send_json({"room": room, "said": await socket.receive_text()})
"""

PLANTED = """\
import fastapi
from fastapi import FastAPI, Response, WebSocket
from pydantic import BaseModel

OTHER = fastapi.__name__ != "fastapi"
app = FastAPI(description="other" if OTHER else "same")
seen: list[int] = []

class Item(BaseModel):
    name: str
    price: float = 1
    tags: list[str] = []

@app.post("/items/{number}")
def items(number: int, item: Item, response: Response, q: str | None = None) -> Item:
    if OTHER and number == 0:
        response.status_code = 418
    if OTHER and q and item.price == 1.5:
        item.tags = ["changed"]
    response.headers["x-side"] = "talarian" if OTHER and number == -1 else "both"
    return item

@app.put("/count")
def count() -> int:
    seen.append(1)
    return len(seen) + (1 if OTHER and len(seen) > 2 else 0)

@app.get("/cookie")
def cookie(response: Response) -> None:
    response.set_cookie("session", "1", httponly=not OTHER)

@app.websocket("/chat")
async def chat(socket: WebSocket) -> None:
    await socket.accept()
    while True:
        text = await socket.receive_text()
        await socket.send_text(text.upper() if OTHER and "{" in text else text)
"""

TESTS = """\
import fastapi
from fastapi.testclient import TestClient
from main import app

def test_both():
    assert TestClient(app).get("/docs").status_code == 200

def test_one():
    assert fastapi.__name__ == "fastapi"
"""


pytestmark = [
    pytest.mark.service("the real FastAPI, in .venv-fastapi (`make reference`) or FASTAPI_PYTHON"),
    pytest.mark.timeout(180),
]

Prove = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def prove(tmp_path: Path) -> Prove:
    """Write ``main.py`` and run the command beside it."""
    interpreter = reference.found()
    if interpreter is None:
        pytest.skip("there is no FastAPI to compare with; `make reference` installs one")

    def run(source: str, *options: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "main.py").write_text(source)
        command = [sys.executable, "-m", "talarian", "prove", "--fastapi-python", str(interpreter)]
        return subprocess.run(
            [*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return run


def report(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_an_honest_application(prove: Prove) -> None:
    done = prove(HONEST, "--yes", "--requests", "400", "--json")
    found = report(done)
    assert [each for each in found["differences"] if not each["expected"]] == []
    assert done.returncode == 0
    assert found["operations"] == 4
    assert found["requests"] > 200
    assert found["random"] == {"GET /lucky": ["body $.number"]}
    assert "--yes" not in done.stderr and "database" in done.stderr


def test_every_planted_difference_is_found_and_made_small(prove: Prove) -> None:
    done = prove(PLANTED, "--yes", "--requests", "800", "--json")
    assert done.returncode == 1
    found = {
        (each["operation"], each["aspect"]): each
        for each in report(done)["differences"]
        if not each["expected"]
    }
    curl = {key: each["curl"] for key, each in found.items()}
    item = "-H 'content-type: application/json' --data-binary"
    post, url = "POST /items/{number}", "curl -i http://localhost:8000/items"
    assert curl.pop((post, "status")) == [f'{url}/0 {item} \'{{"name": "f"}}\'']
    assert curl.pop((post, "header x-side")) == [f'{url}/-1 {item} \'{{"name": "f"}}\'']
    tags = [key for key in curl if key[0] == post and key[1].startswith("body $.tags")]
    assert tags
    for key in tags:
        assert "?q=" in curl[key][0] and '"price": 1.5' in curl.pop(key)[0]
    assert len(curl.pop(("PUT /count", "body $"))) == 3, "two requests must come before"
    assert curl.pop(("GET /cookie", "cookie session")) == ["curl -i http://localhost:8000/cookie"]
    assert curl.pop(("GET /openapi.json", "body $.info.description"))
    assert curl.pop(("HEAD /openapi.json", "header content-length"))
    ((key, talk),) = curl.items()
    assert key[0] == "WEBSOCKET /chat" and "> '{" in talk[0]


def test_it_asks_before_it_writes(prove: Prove, tmp_path: Path) -> None:
    done = prove(HONEST)
    assert done.returncode == 1
    assert "is written to its database" in done.stderr
    assert "--env-file" in done.stderr and "--yes" in done.stderr
    assert done.stdout == ""
    env_file = tmp_path / "throwaway.env"
    env_file.write_text("DATABASE_URL=sqlite:///./${RUN}.db\n")
    source = 'import os\nopen(os.environ["DATABASE_URL"][12:], "w").close()\n' + HONEST
    assert prove(source, "--env-file", str(env_file), "--requests", "20").returncode == 0
    made = {path.stem.rpartition("-")[0] for path in tmp_path.glob("*.db")}
    assert made == {"fastapi", "talarian"}


def test_recorded_requests_and_a_command_before_each_run(prove: Prove, tmp_path: Path) -> None:
    entry = {
        "method": "POST",
        "url": "https://shop.example/items/0",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "postData": {"text": '{"name": "recorded"}'},
    }
    (tmp_path / "a.har").write_text(json.dumps({"log": {"entries": [{"request": entry}]}}))
    before = "echo $TALARIAN_PROVE_RUN >> runs.txt"
    options = ("--yes", "--har", "a.har", "--requests", "0", "--before", before, "--json")
    found = report(prove(PLANTED, *options))
    (status,) = (each for each in found["differences"] if each["aspect"] == "status")
    assert (status["fastapi"], status["talarian"]) == ("200", "418")
    runs = (tmp_path / "runs.txt").read_text().split()
    assert runs[:2] == ["fastapi-1", "talarian-2"]


def test_your_own_tests(prove: Prove, tmp_path: Path) -> None:
    (tmp_path / "test_main.py").write_text(TESTS)
    done = prove(HONEST, "--yes", "--requests", "0", "--pytest", "test_main.py", "--json")
    if "No module named pytest" in done.stderr:
        pytest.skip("the environment with FastAPI has no pytest")
    found = report(done)
    (different,) = (each for each in found["differences"] if not each["expected"])
    assert different["operation"] == "pytest test_main::test_one"
    assert different["fastapi"] == "passed"
    assert different["talarian"].startswith("failed: AssertionError")


def test_an_application_that_only_fastapi_starts(prove: Prove) -> None:
    source = 'import fastapi\nassert fastapi.__name__ == "fastapi", "not here"\n' + HONEST
    done = prove(source, "--yes")
    assert done.returncode == 1
    assert "(start)   import" in done.stdout and "not here" in done.stdout


def test_no_fastapi_and_no_application(prove: Prove) -> None:
    done = prove("1 / 0", "--yes")
    assert done.returncode == 1
    assert "does not run on FastAPI here" in done.stderr and "ZeroDivisionError" in done.stderr
    done = prove(HONEST, "--yes", "--fastapi-python", sys.executable)
    assert "pip install fastapi==0.165.0" in done.stderr
    assert "--fastapi-python PATH" in done.stderr
