"""Who is measured, in which scenarios, and how each is started."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import environments
from benchmarks.load.environments import BENCHMARKS, FASTIFY, ROOT, Missing
from benchmarks.scenarios import SCENARIOS

Start = Callable[[str, int], list[str]]
"""The command for an application (a name in `benchmarks.app`) on a port."""

REQUIREMENTS = BENCHMARKS / "requirements.txt"
EVERY = tuple(SCENARIOS)
WITH_SYNC = ("root", "params", "post", "sync")
WITHOUT_SYNC = ("root", "params", "post")
LONG = ("models_1000", "dicts_1000")


@dataclass(frozen=True)
class Ready:
    """A contender that can be started here."""

    version: str
    start: Start


@dataclass(frozen=True)
class Contender:
    name: str
    title: str
    scenarios: tuple[str, ...]
    prepare: Callable[[str], Ready]
    """Given the Python to make environments with. Raises `Missing`."""


def _same_source(engine: str, package: str) -> Callable[[str], Ready]:
    """The applications in `benchmarks.app`, on uvicorn."""

    def prepare(base: str) -> Ready:
        python = environments.python(base)
        if engine == "talarian-lane":
            _check_lane(python)
        serve = [str(python), "-m", "benchmarks.peers.serve", engine]
        return Ready(
            _version(package), lambda app, port: [*serve, f"benchmarks.app.{app}", str(port)]
        )

    return prepare


def _own_source(package: str) -> Callable[[str], Ready]:
    """The application in `benchmarks.peers` for that framework, on uvicorn."""

    def prepare(base: str) -> Ready:
        serve = [str(environments.python(base)), "-m", "benchmarks.peers.serve", "asgi"]
        module = f"benchmarks.peers.on_{package}"
        return Ready(_version(package), lambda _, port: [*serve, module, str(port)])

    return prepare


def _check_lane(python: Path) -> None:
    code = "from talarian.engine.serve.lane import LaneProtocol"
    done = subprocess.run([str(python), "-c", code], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"the fast lane can't be imported: {done.stderr.strip().splitlines()[-1]}")


def _version(package: str) -> str:
    if package == "talarian":
        code = "import talarian; print(talarian.__version__)"
        python = ROOT / ".venv-bench" / "bin" / "python"
        done = subprocess.run([str(python), "-c", code], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip()
    return environments.pin(package, REQUIREMENTS)


def _floor(base: str) -> Ready:
    python = environments.python(base)
    return Ready(
        f"uvloop {_version('uvloop')}, httptools {_version('httptools')}",
        lambda _, port: [str(python), "-m", "benchmarks.peers.floor", str(port)],
    )


def _robyn(base: str) -> Ready:
    python = environments.robyn(base)
    return Ready(
        environments.pin("robyn", BENCHMARKS / "requirements-robyn.txt"),
        lambda _, port: [str(python), "-m", "benchmarks.peers.on_robyn", str(port)],
    )


def _fastify(_: str) -> Ready:
    node = environments.node()
    runtime = subprocess.run([str(node), "--version"], capture_output=True, text=True)
    return Ready(
        f"{environments.fastify_version()}, Node {runtime.stdout.strip()}",
        lambda app, port: [str(node), str(FASTIFY / "server.js"), str(port), app],
    )


def _go(_: str) -> Ready:
    binary = environments.go()
    # `go version FILE` names the compiler that built it, which need not be today's.
    compiler = environments.find("go", "Go")
    said = subprocess.run([str(compiler), "version", str(binary)], capture_output=True, text=True)
    return Ready(
        said.stdout.strip().rpartition(" ")[2],
        lambda _, port: [str(binary), str(port)],
    )


_EVERYBODY = (
    Contender("talarian", "Talarian", EVERY, _same_source("talarian-lane", "talarian")),
    Contender("talarian-asgi", "Talarian, plain ASGI", EVERY, _same_source("talarian", "talarian")),
    Contender("fastapi", "FastAPI", EVERY, _same_source("asgi", "fastapi")),
    Contender("starlette", "Starlette", WITH_SYNC, _own_source("starlette")),
    Contender("litestar", "Litestar", WITH_SYNC, _own_source("litestar")),
    Contender("blacksheep", "BlackSheep", WITHOUT_SYNC, _own_source("blacksheep")),
    Contender("robyn", "Robyn", WITH_SYNC, _robyn),
    Contender("fastify", "Fastify", (*WITHOUT_SYNC, "last_route", *LONG), _fastify),
    Contender("go", "Go net/http", (*WITHOUT_SYNC, *LONG), _go),
    Contender("floor", "bare protocol", WITHOUT_SYNC, _floor),
)

CONTENDERS: Mapping[str, Contender] = {each.name: each for each in _EVERYBODY}
