"""CPU time per request in process, Talarian beside FastAPI.

    python -m benchmarks.quick --rounds 15

No sockets, no server, no HTTP parser: this is the framework alone, called through plain ASGI. It
says nothing about requests per second; `benchmarks.bench` does.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.load.progress import say
from benchmarks.scenarios import SCENARIOS, Scenario
from scripts import reference
from talarian.cli import timing
from talarian.prove import Broken, on_fastapi, on_talarian
from talarian.prove.messages import Request

ROOT = Path(__file__).parents[1]
ASKED = (
    *("root", "params", "post", "deps", "deps_sync", "headers", "request", "sync"),
    *("last_route", "models_1000", "dicts_1000"),
)
"""The scenarios that need nothing but the framework."""


class Unequal(Exception):
    """Two answers that are not the same, or not a success: nothing to compare."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="CPU time per request beside FastAPI.")
    parser.add_argument("--rounds", type=int, default=15, help="turns of each (default: 15)")
    rounds = parser.parse_args(arguments).rounds
    interpreter = reference.python()
    if interpreter is None:
        return 1
    timings: dict[str, timing.Timing] = {}
    try:
        for app in dict.fromkeys(SCENARIOS[name].app for name in ASKED):
            scenarios = [SCENARIOS[name] for name in ASKED if SCENARIOS[name].app == app]
            timings.update(_measure(interpreter, app, scenarios, rounds))
    except (Broken, Unequal) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    if sys.stderr.isatty():
        say("")
    print(table(timings, rounds))
    return 0


def _measure(
    interpreter: Path, app: str, scenarios: Sequence[Scenario], rounds: int
) -> dict[str, timing.Timing]:
    place = (ROOT, f"benchmarks.app.{app}", "app")
    report = timing.compare(
        on_fastapi(str(interpreter), *place),
        on_talarian(sys.executable, *place),
        [_request(scenario) for scenario in scenarios],
        rounds,
        _progress if sys.stderr.isatty() else None,
    )
    timings = {each.request.operation: each for each in report.timings if each.status == 200}
    if missing := [scenario.name for scenario in scenarios if scenario.name not in timings]:
        raise Unequal(f"{', '.join(missing)}: {report.unlike or report.skipped or report.timings}")
    return timings


def _progress(what: str, done: int, of: int) -> None:
    say(f"{done} of {of}: {what}")


def _request(scenario: Scenario) -> Request:
    asked = scenario.request
    return Request(scenario.name, "", asked.method, asked.target, asked.headers, asked.body)


def table(timings: dict[str, timing.Timing], rounds: int) -> str:
    lines = [
        "CPU microseconds per request in process (plain ASGI, no server), median of "
        f"{rounds} rounds",
        "",
        f"{'':52}{'FastAPI':>10}{'Talarian':>10}",
    ]
    for name in ASKED:
        sides = (timings[name].fastapi, timings[name].talarian)
        there, here = (median(cost.cpu_us for cost in side) for side in sides)
        lines.append(
            f"{SCENARIOS[name].title:52}{there:10.1f}{here:10.1f}{timings[name].times:8.2f}x"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
