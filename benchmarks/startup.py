"""Starting an application with many routes, FastAPI and Talarian in turns, in fresh processes."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.load.progress import say
from benchmarks.load.server import ROOT, environment
from benchmarks.results import StartUp

STARTING = ("talarian", "fastapi")
"""Who is started. One Talarian: how requests come in makes no difference to its start."""


class StartFailed(Exception):
    """An application did not start. The message has the end of its log."""


def starts(python: Path, contenders: tuple[str, ...], rounds: int, core: int) -> Iterator[StartUp]:
    """Yield the starts of ``rounds`` rounds. Raises `StartFailed`."""
    for name in contenders:
        # This one writes the byte code, and does not count.
        _start(python, name, 0, core)
    for number in range(rounds):
        # Another goes first in each round.
        for name in contenders if number % 2 else reversed(contenders):
            say(f"Start-up, round {number + 1} of {rounds}: {name}")
            yield _start(python, name, number, core)


def _start(python: Path, name: str, number: int, core: int) -> StartUp:
    command = ["taskset", "--cpu-list", str(core), str(python)]
    done = subprocess.run(
        [*command, "-m", "benchmarks.startup_worker", name],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise StartFailed(f"{name} ended with {done.returncode}: {done.stderr.strip()[-800:]}")
    return StartUp(contender=name, round=number, **json.loads(done.stdout))
