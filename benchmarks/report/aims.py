"""What we want to reach, as ratios of CPU time inside one run, and whether we did."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.report.figures import Spread, startup_times_less, times_less
from benchmarks.results import Results


@dataclass(frozen=True)
class Aim:
    """``other`` should need ``least`` times what ``ours`` needs."""

    what: str
    """A scenario, or a field of `StartUp`."""
    other: str
    least: float
    ours: str = "talarian"


@dataclass(frozen=True)
class Outcome:
    aim: Aim
    reached: Spread | None
    """None: not measured."""


FASTAPI = {
    "root": 7,
    "params": 7,
    "post": 6,
    "deps": 10,
    "deps_sync": 8,
    "headers": 8,
    "request": 5,
    "sync": 6,
    "middleware": 15,
    "jwt": 3,
    "sqlite": 1.2,
    "last_route": 40,
    "models_1000": 1.2,
    "dicts_1000": 20,
}
STARTUP = {"declare_s": 7, "openapi_s": 3, "described_mb": 1 / 0.6}

AIMS = (
    *(Aim(scenario, "fastapi", least) for scenario, least in FASTAPI.items()),
    Aim("root", "fastapi", 3, ours="talarian-asgi"),
    Aim("post", "fastapi", 3, ours="talarian-asgi"),
    Aim("root", "fastify", 1.3),
    Aim("params", "fastify", 1.4),
    Aim("post", "fastify", 1.5),
    Aim("root", "go", 1.1),
    Aim("post", "go", 1.0),
    *(Aim(scenario, "floor", 0.7) for scenario in ("root", "params", "post")),
    *(Aim(figure, "fastapi", least) for figure, least in STARTUP.items()),
)


def outcomes(results: Results) -> Iterator[Outcome]:
    for aim in AIMS:
        ratio = startup_times_less if aim.what in STARTUP else times_less
        yield Outcome(aim, ratio(results, aim.what, aim.ours, aim.other))
