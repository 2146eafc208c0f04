"""Running the suite with Talarian under the name ``fastapi``."""

import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import talarian
from talarian import hook
from tests.conformance import CannotRun

# Asked in the suite's own environment: where does `import fastapi` come from?
_PROBE = "import fastapi; print(fastapi.__file__)"


def environment() -> dict[str, str]:
    """The suite's environment: its own search path, with the hook in front.

    As variables, so that the processes its tests start have the hook as well. Without CI, which
    changes how some of its tools behave: the result is to be the same everywhere.
    """
    own = {name: value for name, value in os.environ.items() if name not in ("CI", "VIRTUAL_ENV")}
    return hook.environment({**own, "PYTHONPATH": "./docs_src"})


def check(suite: Path, env: Mapping[str, str]) -> None:
    """Raise `CannotRun` unless ``import fastapi`` gives Talarian and nothing else could."""
    if _installed("fastapi"):
        raise CannotRun(f"A distribution called fastapi is installed in {sys.prefix}: remove it.")
    answer = subprocess.run(
        [sys.executable, "-c", _PROBE], cwd=suite, env=env, capture_output=True, text=True
    )
    if answer.returncode:
        raise CannotRun(f"Talarian's face cannot be imported:\n\n{answer.stderr.rstrip()}")
    found = Path(answer.stdout.strip())
    if not found.is_relative_to(talarian.__path__[0]):
        raise CannotRun(f"`import fastapi` gives {found}, which is not Talarian.")


def run(suite: Path, env: Mapping[str, str], options: Sequence[str], report: Path) -> int:
    """Run ``tests``, or the paths among ``options``, and write JUnit XML to ``report``.

    Returns pytest's exit status. ``scripts/tests`` are left out: they test the tools of FastAPI's
    repository.
    """
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup"]
    command += ["--quiet", "--continue-on-collection-errors", f"--junitxml={report}"]
    chosen = any((suite / option.partition("::")[0]).exists() for option in options)
    command += options if chosen else ["tests", *options]
    return subprocess.run(command, cwd=suite, env=env, check=False).returncode


def _installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
