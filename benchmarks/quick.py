"""CPU time per request in process, Talarian beside FastAPI.

    python -m benchmarks.quick --rounds 7

No sockets, no server, no HTTP parser: this is the framework alone, called through plain ASGI. The
two take turns inside each round, so that a busy machine disturbs both. It says nothing about
requests per second.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.scenarios import SCENARIOS
from scripts import reference

ROOT = Path(__file__).parents[1]
REQUESTS = 300


class WorkerFailed(Exception):
    """A framework could not build the application or answer a scenario."""


@dataclass
class Contender:
    title: str
    process: subprocess.Popen[str]
    times: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    @classmethod
    def start(cls, title: str, interpreter: Path, framework: str) -> "Contender":
        command = [str(interpreter), "-m", "benchmarks.worker", framework]
        pipe = subprocess.PIPE
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True, env=env)
        contender = cls(title, process)
        contender._read()
        return contender

    def measure(self, name: str, requests: int) -> Any:
        assert self.process.stdin
        self.process.stdin.write(f"{name} {requests}\n")
        self.process.stdin.flush()
        return json.loads(self._read())

    def time(self, name: str) -> None:
        self.times.setdefault(name, []).append(self.measure(name, REQUESTS)["us"])

    def stop(self) -> None:
        # The end of its input ends a worker.
        self.process.communicate()

    def _read(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            raise WorkerFailed(f"{self.title} stopped (see above)")
        return line


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU time per request beside FastAPI.")
    parser.add_argument("--rounds", type=int, default=7, help="turns of each (default: 7)")
    rounds = parser.parse_args().rounds
    try:
        contenders = _contenders()
        _compare_answers(contenders)
        for number in range(rounds):
            print(f"\rround {number + 1} of {rounds}", end="", file=sys.stderr, flush=True)
            for name in SCENARIOS:
                # Whoever goes first changes, in case going first is an advantage.
                for contender in contenders if number % 2 else reversed(contenders):
                    contender.time(name)
    except WorkerFailed as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    print(file=sys.stderr)
    for contender in contenders:
        contender.stop()
    print(_table(contenders, rounds))
    return 0


def _contenders() -> list[Contender]:
    contenders = [Contender.start("Talarian", Path(sys.executable), "talarian.fastapi")]
    if interpreter := reference.python():
        contenders.append(Contender.start("FastAPI", interpreter, "fastapi"))
    return contenders


def _compare_answers(contenders: list[Contender]) -> None:
    """Warm up, and refuse to compare what does not give the same response."""
    for name in SCENARIOS:
        answers = {
            contender.title: contender.measure(name, REQUESTS)["answer"] for contender in contenders
        }
        if len(set(answers.values())) > 1 or not next(iter(answers.values())).startswith("200 "):
            raise WorkerFailed(f"{name}: the answers are not comparable: {answers}")


def _table(contenders: list[Contender], rounds: int) -> str:
    lines = [
        f"CPU microseconds per request in process (plain ASGI, no server), median of {rounds} "
        f"rounds of {REQUESTS}",
        "",
        f"{'':44}" + "".join(f"{contender.title:>10}" for contender in contenders),
    ]
    for name, scenario in SCENARIOS.items():
        medians = [median(contender.times[name]) for contender in contenders]
        row = f"{scenario.title:44}" + "".join(f"{value:10.1f}" for value in medians)
        lines.append(row + (f"{medians[1] / medians[0]:9.2f}x" if len(medians) == 2 else ""))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
