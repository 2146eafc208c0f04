"""``talarian run`` and ``talarian dev`` on an unmodified FastAPI project, as processes."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

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


class Server:
    """A running command: its base URL, and its output as it comes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.output: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self.wait_for(r"server +(http://\S+)")[1]
        self.wait_for("Application startup complete")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Return the match of the next line of output that has one."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {pattern!r} in:\n{''.join(self.output)}") from None
            self.output.append(line)
            if (match := re.search(pattern, line)) is not None:
                return match

    def get(self, path: str, seconds: float = 10) -> Any:
        """Return the JSON at `path`. uvicorn starts to listen only after it said it is ready."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urlopen(self.url + path, timeout=10) as response:
                    return json.load(response)
            except URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


@contextmanager
def serving(folder: Path, *arguments: str) -> Generator[Server]:
    # One pipe for both streams keeps their order. The group lets us end supervisor and workers.
    process = subprocess.Popen(
        [sys.executable, "-m", "talarian", *arguments, "--host", "127.0.0.1", "--port", "0"],
        cwd=folder,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield Server(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


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
