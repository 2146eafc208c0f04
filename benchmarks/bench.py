"""The whole benchmark: servers under load on one core, contender beside contender.

    python -m benchmarks.bench
    python -m benchmarks.bench --only talarian,fastapi --scenarios root,params --rounds 3

`docs/benchmarks.md` says how it measures and why so.
"""

import argparse
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.load.contenders import CONTENDERS, Contender
from benchmarks.load.environments import ROOT, Missing, find, python
from benchmarks.load.progress import say
from benchmarks.load.rounds import Cores, Entry, Rounds
from benchmarks.report.write import write
from benchmarks.results import Results, Settings, StartUp
from benchmarks.scenarios import SCENARIOS
from benchmarks.startup import STARTING, StartFailed, starts

STARTUP = "startup"
SELECTED = ROOT / ".cache" / "bench"
"""Where a run goes that asked not all, so that it does not replace one that did."""


class Impossible(Exception):
    """Nothing can be measured like this. The message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    # The servers are stopped on the way out, which an ordinary SIGTERM would not take.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        if options.read is not None:
            return _write(Results.read(options.read), options.output or options.read.parent)
        contenders = _chosen(options.only, CONTENDERS, "contender")
        names = _chosen(options.scenarios, {**SCENARIOS, STARTUP: None}, "scenario")
        whole = len(contenders) == len(CONTENDERS) and len(names) == len(SCENARIOS) + 1
        settings = Settings(options.rounds, options.seconds, options.connections)
        results = _measure(contenders, tuple(names), settings, options.python)
    except (Impossible, Missing, StartFailed) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrupted; nothing was written.", file=sys.stderr)
        return 130
    return _write(results, options.output or (ROOT / "benchmarks" if whole else SELECTED))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench",
        description="Servers under load on one core, contender beside contender. Ends with 1 if "
        "one of them gave a wrong answer or broke.",
    )
    add = parser.add_argument
    everybody = ", ".join(CONTENDERS)
    add("--only", metavar="NAMES", help=f"contenders, separated by commas: {everybody}")
    everything = ", ".join((*SCENARIOS, STARTUP))
    add("--scenarios", metavar="NAMES", help=f"separated by commas: {everything}")
    add("--rounds", type=_positive, default=5, help="turns of each contender (default: 5)")
    add("--seconds", type=_positive, default=2, help="length of each load (default: 2)")
    add("--connections", type=_positive, default=64, help="kept alive by wrk (default: 64)")
    add(
        "--python",
        default=os.environ.get("PYTHON") or sys.executable,
        help="the Python to run Python contenders with (default: $PYTHON, then this one)",
    )
    add(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="where RESULTS.md goes (default: benchmarks/ for a run of everything, "
        ".cache/bench/ for a selection)",
    )
    add(
        "--read",
        type=Path,
        metavar="RESULTS.JSON",
        help="measure nothing, write the report of an earlier run again",
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _chosen(names: str | None, known: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return what ``names`` selects, in the order of ``known``."""
    wanted = list(known) if names is None else [name.strip() for name in names.split(",")]
    for name in wanted:
        if name not in known:
            raise Impossible(f"There is no {what} {name!r}. There are: {', '.join(known)}")
    return {name: each for name, each in known.items() if name in wanted}


def _measure(
    contenders: Mapping[str, Contender], names: tuple[str, ...], settings: Settings, base: str
) -> Results:
    cores = _cores()
    machine = _machine(cores)
    entries, left_out = _prepare(_asked(contenders, names), base)
    startup: list[StartUp] = []
    if STARTUP in names:
        startup = list(starts(python(base), _starting(entries), settings.rounds, cores.server))
    rounds = Rounds(settings, cores)
    rounds.run(entries, {name: SCENARIOS[name] for name in names if name in SCENARIOS})
    say("", keep=True)
    return Results(
        machine={**machine, "Python": _version(python(base))},
        settings=settings,
        scenarios=[name for name in names if name in SCENARIOS],
        titles={each.contender.name: each.contender.title for each in entries},
        versions={each.contender.name: each.ready.version for each in entries},
        samples=rounds.samples,
        memory=rounds.memory,
        failed=rounds.failed,
        left_out=left_out,
        startup=startup,
    )


def _asked(contenders: Mapping[str, Contender], names: Sequence[str]) -> dict[str, Contender]:
    """Leave out who has nothing to do, so that nothing is installed for it."""
    return {
        name: contender
        for name, contender in contenders.items()
        if not {*contender.scenarios}.isdisjoint(names) or (STARTUP in names and name in STARTING)
    }


def _starting(entries: Sequence[Entry]) -> tuple[str, ...]:
    here = [entry.contender.name for entry in entries]
    return tuple(name for name in STARTING if name in here)


def _prepare(contenders: Mapping[str, Contender], base: str) -> tuple[list[Entry], dict[str, str]]:
    entries: list[Entry] = []
    left_out: dict[str, str] = {}
    for contender in contenders.values():
        try:
            entries.append(Entry(contender, contender.prepare(base)))
        except Missing as missing:
            left_out[contender.title] = str(missing)
            say(f"Left out: {contender.title}: {missing}", keep=True)
    if not entries:
        raise Impossible("None of these contenders can be had here, or has such a scenario.")
    return entries, left_out


def _cores() -> Cores:
    if not hasattr(os, "sched_getaffinity"):
        raise Impossible("This needs Linux: cores are pinned, and CPU time is read from /proc.")
    find("wrk", "wrk (Debian: apt install wrk; https://github.com/wg/wrk)")
    find("taskset", "util-linux (Debian: apt install util-linux)")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise Impossible("This needs two cores: one for the server, one for the load.")
    return Cores(server=cores[0], load=cores[-1])


def _machine(cores: Cores) -> dict[str, str]:
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {
        "Date": time.strftime("%Y-%m-%d"),
        "Processor": f"{processor}, {os.cpu_count()} cores; server on core {cores.server}, "
        f"load on core {cores.load}",
        "System": f"{platform.system()} {platform.release()}",
        "Load average before": " ".join(f"{value:.2f}" for value in os.getloadavg()),
    }


def _version(interpreter: Path) -> str:
    done = subprocess.run([str(interpreter), "--version"], capture_output=True, text=True)
    return done.stdout.strip().removeprefix("Python ")


def _write(results: Results, folder: Path) -> int:
    print(write(results, folder))
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
