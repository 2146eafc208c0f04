"""What wrk is told, and what is read from what it says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.load import wrk
from benchmarks.load.server import free_port
from benchmarks.scenarios import Request

SAID = """\
Running 2s test @ http://127.0.0.1:8000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.64ms    4.12ms  70.12ms   97.25%
    Req/Sec    31.26k     3.01k   35.49k    85.00%
  Latency Distribution
     50%  888.00us
     75%    1.24ms
     90%    2.00ms
     99%    1.05s
  62552 requests in 2.00s, 9.31MB read
Requests/sec:  31276.04
Transfer/sec:      4.65MB
"""


def test_figures_are_read_with_their_units() -> None:
    assert wrk.parse(SAID) == wrk.Load(
        requests=62552, per_second=31276.04, p50_us=888.0, p99_us=1_050_000.0
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("  Non-2xx or 3xx responses: 17", "17 answers under load were errors"),
        (
            "  Socket errors: connect 0, read 3, write 0, timeout 0",
            "socket errors: connect 0, read",
        ),
    ],
)
def test_a_load_with_errors_is_no_figure(line: str, why: str) -> None:
    with pytest.raises(wrk.BadLoad, match=why):
        wrk.parse(SAID.replace("Requests/sec", f"{line}\nRequests/sec"))


@pytest.mark.parametrize("missing", ["Requests/sec", "requests in", "50%", "99%"])
def test_output_that_lacks_a_figure(missing: str) -> None:
    lines = [line for line in SAID.splitlines() if missing not in line]
    with pytest.raises(wrk.BadLoad, match="wrk printed nothing like"):
        wrk.parse("\n".join(lines))


def test_the_script_needs_no_escaping() -> None:
    request = Request("/", "POST", (("x-a", 'b"]]'),), b'{"a": "\\\n"}')
    script = wrk.lua(request).decode("ascii")
    assert script.count("\n") == 3
    assert 'wrk.method = "\\080\\079\\083\\084"' in script
    assert "]]" not in script


ECHO = """\
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        good = (body, self.path, self.headers["x-a"]) == (b'{"a": "\\\\"}', "/p?q=1", 'b"')
        self.send_response(200 if good else 400)
        self.send_header("content-length", "0")
        self.end_headers()
    def log_message(self, *_):
        pass
print("ready", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "echo.py").write_text(ECHO)
    port = free_port()
    command = [sys.executable, str(tmp_path / "echo.py"), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield port
        process.kill()


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_wrk_sends_the_request_as_it_is(echo: int) -> None:
    import os

    core = max(os.sched_getaffinity(0))
    request = Request("/p?q=1", "POST", (("x-a", 'b"'),), b'{"a": "\\"}')
    load = wrk.run(request, echo, core=core, connections=2, seconds=1)
    assert load.requests > 0
    with pytest.raises(wrk.BadLoad, match="answers under load were errors"):
        wrk.run(Request("/other", "POST", (), b"x"), echo, core=core, connections=2, seconds=1)
