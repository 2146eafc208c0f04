"""What the contenders need, made on first use: virtual environments, Node's packages, Go's build.

Each function returns what to start, and raises `Missing` when it can't be had on this machine.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.load.progress import say

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "benchmarks"
FASTIFY = BENCHMARKS / "peers" / "fastify"
GO = BENCHMARKS / "peers" / "go"
GO_BINARY = ROOT / ".cache" / "bench" / "go"


class Missing(Exception):
    """Something cannot be had on this machine. The message says what, and how to get it."""


def python(base: str) -> Path:
    """The interpreter of `.venv-bench`, where all Python contenders but Robyn live.

    ``base`` is the Python it is made with. Talarian is there as this source tree.
    """
    return _virtual_environment(
        ROOT / ".venv-bench", base, BENCHMARKS / "requirements.txt", "--editable", str(ROOT)
    )


def robyn(base: str) -> Path:
    """The interpreter of `.venv-bench-robyn`."""
    return _virtual_environment(
        ROOT / ".venv-bench-robyn", base, BENCHMARKS / "requirements-robyn.txt"
    )


def node() -> Path:
    """Node, with Fastify installed where its application is."""
    program = find("node", "Node.js 20 or newer (https://nodejs.org)")
    installed = FASTIFY / "node_modules" / "fastify" / "package.json"
    if not installed.exists() or _fastify(installed) != fastify_version():
        npm = find("npm", "npm, which comes with Node.js")
        _run([str(npm), "ci", "--no-audit", "--no-fund"], "npm could not install Fastify", FASTIFY)
    return program


def fastify_version() -> str:
    return str(json.loads((FASTIFY / "package.json").read_text())["dependencies"]["fastify"])


def _fastify(installed: Path) -> str:
    return str(json.loads(installed.read_text())["version"])


def go() -> Path:
    """The Go application, built unless its source is older than what was built."""
    source = max(path.stat().st_mtime for path in GO.iterdir())
    if not GO_BINARY.exists() or GO_BINARY.stat().st_mtime < source:
        compiler = find("go", "Go 1.19 or newer (Debian: apt install golang-go; https://go.dev/dl)")
        GO_BINARY.parent.mkdir(parents=True, exist_ok=True)
        command = [str(compiler), "build", "-o", str(GO_BINARY), "."]
        _run(command, "Go could not build the application", GO)
    return GO_BINARY


def find(program: str, what: str) -> Path:
    found = shutil.which(program)
    if found is None:
        raise Missing(f"{program} is not installed here. It needs {what}.")
    return Path(found)


def pin(package: str, requirements: Path) -> str:
    """Return the version that ``requirements`` pins ``package`` to."""
    for line in requirements.read_text().splitlines():
        name, _, version = line.partition("==")
        if name.partition("[")[0] == package:
            return version
    raise LookupError(f"{package} is not in {requirements}")


def _virtual_environment(folder: Path, base: str, requirements: Path, *more: str) -> Path:
    interpreter = folder / "bin" / "python"
    stamp = folder / ".ready"
    wanted = f"{_version(base)}\n{requirements.read_text()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return interpreter
    say(
        f"Making {folder.name}: Python {_version(base)}, {requirements.relative_to(ROOT)}",
        keep=True,
    )
    why = f"{folder.name} could not be made"
    _run([base, "-m", "venv", "--clear", str(folder)], why)
    pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--requirement", str(requirements), *more], why)
    stamp.write_text(wanted)
    return interpreter


def _version(base: str) -> str:
    code = "import platform; print(platform.python_version())"
    return _run([base, "-c", code], f"{base} is no Python that runs here").strip()


def _run(command: Sequence[str], why: str, folder: Path = ROOT) -> str:
    """Run ``command`` and return what it prints. Raises `Missing` with ``why`` if it fails."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    except OSError as error:
        raise Missing(f"{why}: {error}") from None
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise Missing(f"{why}: `{' '.join(command)}` ended with {done.returncode}: {said[-600:]}")
    return done.stdout
