"""Taking turns: every pair in every round, and who fails is named and left alone."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.load.contenders import Contender, Ready
from benchmarks.load.rounds import Cores, Entry, Rounds
from benchmarks.results import Settings
from benchmarks.scenarios import SCENARIOS

pytestmark = pytest.mark.skipif(
    shutil.which("wrk") is None or not hasattr(os, "sched_getaffinity"),
    reason="needs Linux with wrk (Debian: apt install wrk)",
)

SOURCE = """\
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        message = sys.argv[2]
        body = json.dumps({"message": message}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def entry(folder: Path, name: str, source: str, message: str = "Hello") -> Entry:
    path = folder / f"{name}.py"
    path.write_text(source)
    ready = Ready("1.0", lambda _, port: [sys.executable, str(path), str(port), message])
    return Entry(Contender(name, name.title(), ("root", "params"), lambda _: ready), ready)


def test_rounds(tmp_path: Path) -> None:
    cores = sorted(os.sched_getaffinity(0))
    rounds = Rounds(Settings(rounds=2, seconds=1, connections=2), Cores(cores[0], cores[-1]))
    entries = [
        entry(tmp_path, "one", SOURCE),
        entry(tmp_path, "two", SOURCE),
        entry(tmp_path, "wrong", SOURCE, "Goodbye"),
        entry(tmp_path, "broken", "raise SystemExit('on purpose')"),
    ]
    rounds.run(entries, {"root": SCENARIOS["root"]})
    asked = Counter((each.contender, each.round) for each in rounds.samples)
    assert asked == {(name, number): 1 for name in ("one", "two") for number in (0, 1)}
    assert [each.contender for each in rounds.samples if each.round == 0] != [
        each.contender for each in rounds.samples if each.round == 1
    ]
    # A machine that is busy elsewhere may keep one of them from its second altogether.
    assert any(each.cpu_us > 0 and each.requests > 0 for each in rounds.samples)
    assert {each.contender: each.why for each in rounds.failed} == {
        "wrong": 'the body is {"message": "Goodbye"}',
        "broken": "it ended with 1: on purpose",
    }
    assert set(rounds.memory) == {"one", "two", "wrong"}
    assert not any(Path(f"/proc/{pid}").exists() for pid in _pids(entries))


def _pids(entries: list[Entry]) -> list[int]:
    return [server.pid for each in entries for server in each.servers.values()]
