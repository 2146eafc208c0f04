"""wrk (https://github.com/wg/wrk): making load, and reading what it says about it."""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.scenarios import Request

TIMEOUT = 30
"""Seconds that wrk waits for one answer. Slow is a result, not an error."""

_UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6, "h": 3600e6}
_PERCENTILE = r"^\s+{}%\s+([\d.]+)(us|ms|s|m|h)$"


class BadLoad(Exception):
    """wrk could not make the load, or an answer under load was an error."""


@dataclass(frozen=True)
class Load:
    """What wrk saw. Latencies are in microseconds, and include waiting for 63 others."""

    requests: int
    per_second: float
    p50_us: float
    p99_us: float


def run(request: Request, port: int, *, core: int, connections: int, seconds: int) -> Load:
    """Send ``request`` again and again on ``connections`` kept-alive connections from one core."""
    with tempfile.NamedTemporaryFile("wb", suffix=".lua") as script:
        script.write(lua(request))
        script.flush()
        command = [
            *("taskset", "--cpu-list", str(core)),
            *("wrk", "--threads", "1", "--connections", str(connections)),
            *("--duration", f"{seconds}s", "--timeout", f"{TIMEOUT}s", "--latency"),
            *("--script", script.name, f"http://127.0.0.1:{port}{request.target}"),
        ]
        done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise BadLoad(f"wrk ended with {done.returncode}: {(done.stdout + done.stderr).strip()}")
    return parse(done.stdout)


def lua(request: Request) -> bytes:
    """Return the script that gives wrk what its command line can't: the method and the body."""
    lines = [f"wrk.method = {_string(request.method.encode())}".encode()]
    for name, value in request.headers:
        lines.append(f"wrk.headers[{_string(name.encode())}] = {_string(value.encode())}".encode())
    if request.body:
        lines.append(f"wrk.body = {_string(request.body)}".encode())
    return b"\n".join(lines) + b"\n"


def _string(value: bytes) -> str:
    """Return a Lua string that needs no knowledge of what is in it: decimal escapes."""
    return '"' + "".join(f"\\{byte:03d}" for byte in value) + '"'


def parse(output: str) -> Load:
    """Read what ``wrk --latency`` prints. Raises `BadLoad` if it counted an error."""
    _refuse_errors(output)
    return Load(
        requests=int(_one(r"^\s+(\d+) requests in ", output)[0]),
        per_second=float(_one(r"^Requests/sec:\s+([\d.]+)$", output)[0]),
        p50_us=_microseconds(_one(_PERCENTILE.format(50), output)),
        p99_us=_microseconds(_one(_PERCENTILE.format(99), output)),
    )


def _refuse_errors(output: str) -> None:
    if bad := re.search(r"Non-2xx or 3xx responses: (\d+)", output):
        raise BadLoad(f"{bad[1]} answers under load were errors")
    if bad := re.search(r"Socket errors: (.+)", output):
        raise BadLoad(f"socket errors: {bad[1]}")


def _one(pattern: str, output: str) -> Sequence[str]:
    found = re.search(pattern, output, re.MULTILINE)
    if found is None:
        raise BadLoad(f"wrk printed nothing like {pattern!r}: {output.strip()!r}")
    return found.groups()


def _microseconds(groups: Sequence[str]) -> float:
    return float(groups[0]) * _UNITS[groups[1]]
