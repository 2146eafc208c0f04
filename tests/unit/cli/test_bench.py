"""``talarian bench``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from scripts import reference
from talarian.cli.bench import as_text, bench, read_requests
from talarian.cli.failure import Failure
from talarian.cli.timing import Cost, Report, Skipped, Timing, Unlike, plain_gets
from talarian.prove.diff import Finding
from talarian.prove.messages import Request

Project = Callable[..., Path]

SHOP = """\
import asyncio, fastapi
from typing import Annotated
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

app = FastAPI()

class Book(BaseModel):
    title: str

@app.get("/")
async def root():
    return {"message": "Hello"}

@app.get("/sync")
def sync() -> str:
    return "in a thread"

@app.get("/search")
async def search(q: str) -> str:
    return q

@app.get("/mine")
async def mine():
    raise HTTPException(401)

@app.get("/fails")
async def fails():
    raise ValueError("on purpose")

@app.get("/waits")
async def waits():
    await asyncio.sleep(0.005)

@app.post("/books")
async def add(book: Book, x_shop: Annotated[str, Header()]) -> Book:
    return book

@app.get("/engine", include_in_schema=False)
async def engine() -> str:
    return fastapi.__name__
"""


@pytest.fixture
def fastapi_python() -> Path:
    interpreter = reference.found()
    if interpreter is None:
        pytest.skip("there is no FastAPI to compare with; `make reference` installs one")
    return interpreter


with_fastapi = pytest.mark.service(
    "the real FastAPI, in .venv-fastapi (`make reference`) or FASTAPI_PYTHON"
)


@with_fastapi
def test_endpoints_that_need_nothing_are_timed(
    project: Project, capsys: pytest.CaptureFixture[str], fastapi_python: Path
) -> None:
    project(shop=SHOP)
    with pytest.raises(typer.Exit) as caught:
        bench("shop.py", rounds=2, fastapi_python=fastapi_python, as_json=True)
    assert caught.value.exit_code == 0
    said = json.loads(capsys.readouterr().out)
    assert [each["request"] for each in said["requests"]] == ["GET /", "GET /sync", "GET /waits"]
    for each in said["requests"]:
        assert each["status"] == 200
        assert each["times"] > 0
        for engine in ("fastapi", "talarian"):
            assert 0 < each[engine]["cpu_us"] < 1e6
    assert said["requests"][2]["talarian"]["wall_us"] > 5000
    assert said["skipped"] == [
        {"request": "GET /mine", "why": "it is answered with 401"},
        {"request": "GET /fails", "why": "it fails: ValueError: on purpose"},
    ]
    assert said["versions"]["fastapi"]["fastapi"] == "0.165.0"


@with_fastapi
def test_requests_of_ones_own(
    project: Project, capsys: pytest.CaptureFixture[str], fastapi_python: Path
) -> None:
    project(shop=SHOP)
    with pytest.raises(typer.Exit):
        bench(
            "shop.py",
            request=["/search?q=wing", "post /books", "/mine"],
            header=["X-Shop: Hermes"],
            body=['{"title": "Sandals"}'],
            rounds=1,
            fastapi_python=fastapi_python,
        )
    table = capsys.readouterr().out.split("\n\n")[1]
    rows = [line.split()[:3] for line in table.splitlines()[1:]]
    assert rows == [
        ["GET", "/search?q=wing", "200"],
        ["POST", "/books", "200"],
        # Asked for by name, so it is what the user wants to know.
        ["GET", "/mine", "401"],
    ]


@with_fastapi
def test_different_answers_are_not_timed(
    project: Project, capsys: pytest.CaptureFixture[str], fastapi_python: Path
) -> None:
    project(shop=SHOP)
    with pytest.raises(typer.Exit) as caught:
        bench("shop.py", request=["/engine"], rounds=1, fastapi_python=fastapi_python)
    assert caught.value.exit_code == 1
    said = capsys.readouterr().out
    assert said.startswith("Not timed, the answers differ: GET /engine\n")
    assert '    FastAPI    "fastapi"\n    Talarian   "talarian.fastapi"\n' in said


@with_fastapi
@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("from fastapi import FastAPI\napp = FastAPI(openapi_url=None)", "has no GET operation"),
        ("import nonsense", "The application does not run on FastAPI here"),
        ("app = 1", "There is no application in shop"),
    ],
)
def test_an_application_that_cannot_be_asked(
    project: Project, fastapi_python: Path, source: str, why: str
) -> None:
    project(shop=source)
    with pytest.raises(Failure, match=why):
        bench("shop.py", rounds=1, fastapi_python=fastapi_python)


def test_without_fastapi(project: Project) -> None:
    project(shop=SHOP)
    # Here `import fastapi` is an error: only child processes with the hook have one.
    with pytest.raises(Failure, match=r"FastAPI can't be imported.*--fastapi-python PATH"):
        bench("shop.py", rounds=1)


def test_only_gets_that_need_nothing_are_plain() -> None:
    needed = {"name": "q", "in": "query", "required": True}
    optional = {"name": "q", "in": "query", "required": False}
    document = {
        "paths": {
            "/a": {"get": {"parameters": [optional]}, "post": {}},
            "/b": {"get": {"parameters": [optional, needed]}},
            "/c": {"parameters": [needed], "get": {}},
            "/d": {"get": {"requestBody": {"required": True}}},
            "/e": {"post": {}},
            "/f": {"get": {}},
        }
    }
    assert [each.target for each in plain_gets(document)] == ["/a", "/f"]
    assert list(plain_gets({})) == []


def test_no_options_are_no_requests() -> None:
    assert read_requests(None, (), ()) is None


def test_requests_headers_and_bodies(tmp_path: Path) -> None:
    (tmp_path / "item.json").write_text('{"from": "a file"}')
    found = read_requests(
        ["POST /a?b=c", "/d", "put /e"],
        ["X-Token: a:b", "Accept:text/plain"],
        ["{}", f"@{tmp_path / 'item.json'}"],
    )
    shared = (("x-token", "a:b"), ("accept", "text/plain"))
    json_too = (*shared, ("content-type", "application/json"))
    assert found == [
        Request("POST /a?b=c", "", "POST", "/a?b=c", json_too, b"{}"),
        Request("GET /d", "", "GET", "/d", shared, b""),
        Request("PUT /e", "", "PUT", "/e", json_too, b'{"from": "a file"}'),
    ]


def test_one_body_is_everyones_and_its_type_can_be_said() -> None:
    found = read_requests(["POST /a", "PATCH /b"], ["Content-Type: text/csv"], ["a,b"])
    assert found is not None
    assert [(each.headers, each.body) for each in found] == [
        ((("content-type", "text/csv"),), b"a,b")
    ] * 2


@pytest.mark.parametrize(
    ("wanted", "headers", "bodies", "why"),
    [
        (["items"], (), (), "'items' is not a request"),
        (["GET /a b"], (), (), "is not a request"),
        (["GET"], (), (), "is not a request"),
        (["/a"], ["token"], (), "'token' is not a header"),
        (["/a"], (), ["{}"], "None of the requests can have a --body"),
        (["POST /a", "POST /b", "POST /c"], (), ["1", "2"], "2 --body options for 3 requests"),
        (["POST /a"], (), ["@nowhere.json"], "--body @nowhere.json can't be read"),
        (None, ["a: b"], (), "Say which"),
        (None, (), ["{}"], "Say which"),
    ],
)
def test_options_that_make_no_request(
    wanted: list[str] | None, headers: list[str], bodies: list[str], why: str
) -> None:
    with pytest.raises(Failure, match=why):
        read_requests(wanted, headers, bodies)


def request(path: str) -> Request:
    return Request(f"GET {path}", "", "GET", path)


def test_the_ratio_is_the_middle_of_the_rounds() -> None:
    there = [Cost(70, 70), Cost(700, 700), Cost(90, 90)]
    here = [Cost(10, 10), Cost(100, 100), Cost(10, 10)]
    assert Timing(request("/"), 200, there, here).times == 7


def test_the_table_and_what_is_beside_it() -> None:
    report = Report(
        rounds=3,
        fastapi={"fastapi": "0.165.0", "pydantic": "2.12.0"},
        talarian={"fastapi": "0.165.0", "pydantic": "2.14.0"},
        timings=[
            Timing(request("/a"), 200, [Cost(70.04, 71)], [Cost(10, 10)]),
            Timing(request("/waiting"), 204, [Cost(80, 9000)], [Cost(40, 9000)]),
        ],
        unlike=[Unlike(request("/b"), [Finding("status", "200", "500")])],
        skipped=[Skipped(request("/c"), "it is answered with 401")],
    )
    assert as_text(report).splitlines() == [
        "CPU microseconds per request, in process, median of 3 rounds",
        "",
        "REQUEST       STATUS  FASTAPI  TALARIAN  TIMES",
        "GET /a           200     70.0      10.0   7.00",
        "GET /waiting     204     80.0      40.0   2.00",
        "",
        "GET /waiting mostly waits: 9,000 µs pass, which no engine makes shorter.",
        "",
        "Not timed, the answers differ: GET /b",
        "    status",
        "    FastAPI    200",
        "    Talarian   500",
        "`talarian prove` looks for every such difference.",
        "",
        "Not timed: GET /c, it is answered with 401.",
        "",
        "pydantic is 2.12.0 on FastAPI's side and 2.14.0 on Talarian's, so this compares more "
        "than the engines.",
    ]
