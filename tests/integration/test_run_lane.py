"""``talarian run`` takes the fast lane, with the limits it is given."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.scenarios import SCENARIOS, Scenario
from tests.integration.running import Server, serving

ROOT = Path(__file__).parents[2]

# uvicorn makes a cycle for each request that takes its own way. So does the lane, for what only a
# cycle can do: then it was the lane in name only.
COUNTED = """\
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

{application}

cycles = []
make = RequestResponseCycle.__init__

def counted(self, scope, *arguments, **options):
    cycles.append(scope["path"])
    make(self, scope, *arguments, **options)

RequestResponseCycle.__init__ = counted

@app.get("/cycles")
async def seen() -> list[str]:
    return cycles
"""
HELLO = """\
from fastapi import FastAPI

app = FastAPI()

@app.get("/")
async def root():
    return {"message": "Hello"}
"""
APPS = sorted({scenario.app for scenario in SCENARIOS.values()})


def project(folder: Path, application: str) -> Path:
    (folder / "main.py").write_text(COUNTED.format(application=application))
    return folder


def exchange(server: Server, raw: bytes, seconds: float = 10) -> bytes:
    """Send bytes, and return all that comes until the connection ends."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port), timeout=seconds) as client:
        client.sendall(raw)
        received = b""
        while piece := client.recv(65536):
            received += piece
    return received


def asked(scenario: Scenario) -> bytes:
    """The request of a scenario, on a connection that is closed after it."""
    request = scenario.request
    lines = [f"{request.method} {request.target} HTTP/1.1", "Host: a", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body:
        lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join([*lines, "", ""]).encode() + request.body


def test_a_get_takes_the_lane(tmp_path: Path) -> None:
    with serving(project(tmp_path, HELLO), "run") as server:
        for _ in range(3):
            assert server.get("/") == {"message": "Hello"}
        # The first request of an application builds its middleware, on uvicorn's way.
        assert len(server.get("/cycles")) <= 1


def test_without_the_lane_there_is_a_cycle_for_each(tmp_path: Path) -> None:
    with serving(project(tmp_path, HELLO), "run", "--no-lane") as server:
        for _ in range(3):
            server.get("/")
        assert server.get("/cycles") == ["/", "/", "/", "/cycles"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", APPS)
def test_what_is_measured_takes_the_lane(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *_search_path()]))
    application = f"from benchmarks.app.{name} import app"
    with serving(project(tmp_path, application), "run", "--no-access-log") as server:
        server.get("/cycles")
        before = server.get("/cycles")
        for scenario in SCENARIOS.values():
            if scenario.app == name:
                answer = exchange(server, asked(scenario))
                assert answer.startswith(b"HTTP/1.1 200 OK"), answer
        assert server.get("/cycles") == before


def _search_path() -> list[str]:
    given = os.environ.get("PYTHONPATH")
    return [given] if given else []


def test_its_limits(tmp_path: Path) -> None:
    options = ("--timeout-request-headers", "1", "--timeout-request-body", "0.5")
    with serving(
        project(tmp_path, HELLO), "run", *options, "--limit-header-size", "1000"
    ) as server:
        server.get("/")
        large = b"GET / HTTP/1.1\r\nHost: a\r\nX: %b\r\n\r\n" % (b"x" * 2000)
        assert exchange(server, large).startswith(b"HTTP/1.1 431 ")
        for unfinished, least in (
            (b"GET / HTTP/1.1\r\nHost: a\r\n", 0.9),
            (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234", 0.4),
        ):
            begun = time.monotonic()
            answer = exchange(server, unfinished)
            assert b"HTTP/1.1 408 " in answer or b"HTTP/1.1 405 " in answer
            assert least < time.monotonic() - begun < 8


def test_limits_of_worker_processes(tmp_path: Path) -> None:
    folder = project(tmp_path, HELLO)
    with serving(folder, "run", "--workers", "2", "--limit-header-size", "1000") as server:
        server.get("/")
        large = b"GET / HTTP/1.1\r\nHost: a\r\nX: %b\r\n\r\n" % (b"x" * 2000)
        for _ in range(4):
            assert exchange(server, large).startswith(b"HTTP/1.1 431 ")
