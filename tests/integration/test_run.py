"""``talarian run`` and ``talarian dev`` on an unmodified FastAPI project, as processes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.running import serving

MAIN = """\
import os
import subprocess
import sys

import fastapi
from fastapi import FastAPI
from fastapi.routing import APIRoute

app = FastAPI(docs_url="/help")

@app.get("/who/{number}")
def who(number: int) -> dict[str, object]:
    return {
        "number": number,
        "pid": os.getpid(),
        "module": FastAPI.__module__.split(".")[0],
        "face": fastapi.__name__,
    }

@app.get("/child")
def child() -> str:
    code = "import fastapi; print(fastapi.__name__, end='')"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "main.py").write_text(MAIN)
    return tmp_path


def test_run(project: Path) -> None:
    with serving(project, "run") as server:
        answer = server.get("/who/3")
        assert answer["number"] == 3
        assert (answer["module"], answer["face"]) == ("fastapi", "talarian.fastapi")
        assert server.get("/child") == "talarian.fastapi"
        assert any("main:app" in line for line in server.output)
        assert any(f"{server.url}/help" in line for line in server.output)
        server.wait_for(r'"GET /child HTTP/1\.1" 200')


def test_run_without_access_log(project: Path) -> None:
    with serving(project, "run", "main:app", "--no-access-log") as server:
        server.get("/who/3")
    assert not any("GET /who" in line for line in server.output)


def test_workers(project: Path) -> None:
    with serving(project, "run", "main.py", "--workers", "2") as server:
        server.wait_for("Application startup complete")
        workers: set[int] = set()
        deadline = time.monotonic() + 20
        while len(workers) < 2 and time.monotonic() < deadline:
            answer = server.get("/who/1")
            workers.add(answer["pid"])
            assert answer["face"] == "talarian.fastapi"
        assert len(workers) == 2
        assert server.process.pid not in workers


def test_reload_picks_up_an_edit_and_survives_a_mistake(project: Path) -> None:
    with serving(project, "dev") as server:
        assert server.get("/child") == "talarian.fastapi"
        edit(project, "x = nonsense\n" + MAIN)
        server.wait_for("NameError: name 'nonsense' is not defined")
        edit(project, MAIN.replace('"number": number', '"number": number + 1'))
        server.wait_for("Application startup complete")
        assert server.get("/who/1")["number"] == 2
    assert not any("importlib" in line for line in server.output)


def edit(project: Path, source: str) -> None:
    # Until the watcher runs, an edit is not seen: it starts just after the first worker.
    time.sleep(1)
    (project / "main.py").write_text(source)


def fails(folder: Path, *arguments: str) -> str:
    """Return what a command that can't work prints to stderr before it ends with 1."""
    result = subprocess.run(
        [sys.executable, "-m", "talarian", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert result.returncode == 1, result.stderr
    return result.stderr.strip()


@pytest.mark.parametrize("arguments", [("run",), ("run", "--workers", "2"), ("dev",)])
def test_a_port_in_use(project: Path, arguments: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        message = fails(project, *arguments, "--host", "127.0.0.1", "--port", port)
    assert message.startswith(f"Port {port} on 127.0.0.1 is already in use")
    assert "\n" not in message


def test_a_bad_path(project: Path) -> None:
    assert fails(project, "run", "nope.py").startswith("Path does not exist: nope.py")


def test_an_import_error(project: Path) -> None:
    (project / "main.py").write_text("import helpers\n")
    (project / "helpers.py").write_text("1 / 0\n")
    message = fails(project, "dev")
    assert message.startswith("Could not import main:")
    assert "helpers.py" in message and "ZeroDivisionError" in message
    assert "importlib" not in message and "talarian/cli" not in message


def test_an_unknown_module_of_fastapi(project: Path) -> None:
    (project / "main.py").write_text("from fastapi.nonsense import x\n")
    assert "has no module talarian.fastapi.nonsense" in fails(project, "run")


@pytest.mark.parametrize("option", ["--timeout-request-body", "--limit-header-size"])
def test_limits_of_a_lane_that_is_off(project: Path, option: str) -> None:
    message = fails(project, "run", "--no-lane", option, "300")
    assert option in message
    assert message.endswith("Leave out --no-lane.")
