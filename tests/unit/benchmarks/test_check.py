"""A contender is timed only if it does the work."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from benchmarks.load.check import Answer, WrongAnswer, check, compare, compare_broken
from benchmarks.scenarios import SCENARIOS, Request, Scenario

GOOD = Scenario(
    "one",
    "One",
    Request("/"),
    {"id": 1, "price": 2.0, "on": True, "tags": ["a"]},
    answer_headers={"x-served-by": "benchmark"},
    broken=(Request("/broken"),),
)


def answer(
    status: int = 200,
    body: Any = GOOD.answer,
    kind: str = "application/json; charset=utf-8",
    **headers: str,
) -> Answer:
    by_name = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {"content-type": kind, "x-served-by": "benchmark", **by_name}, text)


def test_the_right_answer_passes() -> None:
    compare(GOOD, answer())
    # 2.0 as JavaScript and Go write it.
    compare(GOOD, answer(body={"on": True, "id": 1, "price": 2, "tags": ["a"]}))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (answer(201), "the status is 201"),
        (answer(500, b"Internal Server Error"), "the status is 500: Internal Server Error"),
        (answer(kind="text/plain"), "the content type is text/plain"),
        (answer(kind=""), "the content type is missing"),
        (answer(x_served_by="nobody"), "x-served-by is 'nobody', not 'benchmark'"),
        (answer(body=b"Hello"), "the body is no JSON: Hello"),
        (answer(body={**GOOD.answer, "id": 2}), "the body is"),
        (answer(body={**GOOD.answer, "more": 1}), "the body is"),
        (answer(body={**GOOD.answer, "id": True}), "the body is"),
        (answer(body={**GOOD.answer, "on": 1}), "the body is"),
        (answer(body={**GOOD.answer, "tags": ["a", "b"]}), "the body is"),
        (answer(body=[]), "the body is"),
    ],
)
def test_a_wrong_answer_is_refused(wrong: Answer, why: str) -> None:
    with pytest.raises(WrongAnswer) as caught:
        compare(GOOD, wrong)
    assert str(caught.value).startswith(why)


def test_a_broken_request_must_be_refused() -> None:
    compare_broken(Request("/broken"), answer(422))
    for status in (200, 500):
        with pytest.raises(WrongAnswer, match="GET /broken is broken and was answered with"):
            compare_broken(Request("/broken"), answer(status))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    validates = True
    keeps_alive = True

    def do_GET(self) -> None:
        broken = self.path == "/broken" and self.validates
        body = json.dumps({} if broken else GOOD.answer).encode()
        self.send_response(422 if broken else 200)
        self.send_header("content-type", "application/json")
        self.send_header("x-served-by", "benchmark")
        self.send_header("content-length", str(len(body)))
        if not self.keeps_alive:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


Serve = Callable[[type[Handler]], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ThreadingHTTPServer] = []

    def start(handler: type[Handler]) -> int:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return int(server.server_address[1])

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_server_that_does_the_work(serve: Serve) -> None:
    check(GOOD, serve(Handler))


def test_a_server_that_does_not_validate(serve: Serve) -> None:
    class Careless(Handler):
        validates = False

    with pytest.raises(WrongAnswer, match="GET /broken is broken and was answered with 200"):
        check(GOOD, serve(Careless))


def test_a_server_that_closes_its_connections(serve: Serve) -> None:
    class Closing(Handler):
        keeps_alive = False

    with pytest.raises(WrongAnswer, match="it closed the connection"):
        check(GOOD, serve(Closing))


def test_no_server() -> None:
    from benchmarks.load.server import free_port

    with pytest.raises(WrongAnswer, match="no answer: ConnectionRefusedError"):
        check(GOOD, free_port())


def test_scenarios_that_validate_have_broken_requests() -> None:
    lenient = {name for name, scenario in SCENARIOS.items() if not scenario.broken}
    assert lenient == {
        *("root", "request", "sync", "middleware", "last_route", "models_1000", "dicts_1000")
    }
