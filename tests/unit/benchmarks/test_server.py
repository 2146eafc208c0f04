"""A server process: its core, its CPU time, standing still, its end."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.load.server import Broken, Server, free_port

pytestmark = pytest.mark.skipif(
    shutil.which("taskset") is None or not Path("/proc/self/stat").exists(),
    reason="needs Linux with util-linux",
)

BUSY = """\
import os, socket, sys
pid = os.fork() if "fork" in sys.argv else None
if pid != 0:
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    sum(range(10000))
"""

Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    servers: list[Server] = []

    def run(source: str, *arguments: str) -> Server:
        (tmp_path / "server.py").write_text(source)
        port = free_port()
        command = [sys.executable, str(tmp_path / "server.py"), str(port), *arguments]
        servers.append(Server(command, min(os.sched_getaffinity(0)), port))
        return servers[-1]

    yield run
    for server in servers:
        server.stop()


@pytest.mark.parametrize("arguments", [(), ("fork",)])
def test_time_is_counted_while_it_is_awake_only(start: Start, arguments: tuple[str, ...]) -> None:
    server = start(BUSY, *arguments)
    server.wait_until_ready()
    before = server.cpu_seconds()
    while server.cpu_seconds() < before + 0.05:
        time.sleep(0.01)
    server.sleep()
    still = server.cpu_seconds()
    time.sleep(0.1)
    assert server.cpu_seconds() <= still + 0.01


def test_memory_is_that_of_the_whole_group(start: Start) -> None:
    one, two = start(BUSY), start(BUSY, "fork")
    for server in (one, two):
        server.wait_until_ready()
        server.sleep()
    assert two.resident_bytes() > 1.3 * one.resident_bytes() > 1e6


def test_one_that_ends_says_why(start: Start) -> None:
    server = start("raise SystemExit('no such port')")
    with pytest.raises(Broken, match="it ended with 1: no such port"):
        server.wait_until_ready()
