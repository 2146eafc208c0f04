"""How long requests take in process, on FastAPI and on Talarian, the two taking turns.

Prove's engines run both sides; `timed/talarian_timed.py` is what they run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from talarian.prove import Broken, Target
from talarian.prove.diff import Finding, differences
from talarian.prove.engines import Engine
from talarian.prove.messages import Answer, Request
from talarian.prove.volatile import learn

FOLDER = Path(__file__).parent / "timed"
COUNT = "x-talarian-timed"

BATCH = 0.05
"""Seconds that one batch of the same request should take."""
MOST = 5000
"""Requests in one batch."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Cost:
    """What one request costs on average over a batch, in microseconds."""

    cpu_us: float
    """CPU time of the process, all its threads included."""
    wall_us: float


@dataclass(frozen=True)
class Timing:
    """One request, on both engines, round by round."""

    request: Request
    status: int
    fastapi: list[Cost]
    talarian: list[Cost]

    @property
    def times(self) -> float:
        """How many times Talarian's CPU time FastAPI uses: the median of the rounds' ratios."""
        pairs = zip(self.fastapi, self.talarian, strict=True)
        return median(there.cpu_us / here.cpu_us for there, here in pairs)


@dataclass(frozen=True)
class Unlike:
    """A request that the engines answer differently. It was not timed."""

    request: Request
    findings: list[Finding]


@dataclass(frozen=True)
class Skipped:
    """A request that was not timed, and why."""

    request: Request
    why: str


@dataclass(frozen=True)
class Report:
    rounds: int
    fastapi: Mapping[str, str]
    """The versions on FastAPI's side, by package."""
    talarian: Mapping[str, str]
    timings: list[Timing]
    unlike: list[Unlike]
    skipped: list[Skipped]


def plain_gets(document: Mapping[str, Any]) -> Iterator[Request]:
    """Yield a request for each GET operation of an OpenAPI document that needs nothing."""
    for path, item in document.get("paths", {}).items():
        operation = item.get("get")
        if operation is None:
            continue
        needed = [*item.get("parameters", ()), *operation.get("parameters", ())]
        if not any(each.get("required") for each in (*needed, operation.get("requestBody", {}))):
            yield Request(f"GET {path}", "", "GET", path)


def compare(
    fastapi: Target,
    talarian: Target,
    requests: Sequence[Request] | None,
    rounds: int,
    progress: Progress | None = None,
) -> Report:
    """Time ``requests`` on both engines. None: each `plain_gets` that is answered with success.

    Raises `Broken` when the application does not start, or ends, on one of them.
    """
    with ExitStack() as stack:
        sides = Sides(*(stack.enter_context(_Side(each)) for each in (fastapi, talarian)))
        if (engine := sides.fastapi.about["engine"]) != "fastapi":
            raise Broken("FastAPI", "fastapi", f"`import fastapi` gives {engine} in its Python")
        asked = requests
        if asked is None:
            asked = list(plain_gets(sides.fastapi.about["openapi"] or {}))
        report = Report(
            rounds, sides.fastapi.about["versions"], sides.talarian.about["versions"], [], [], []
        )
        kept = list(sides.alike(asked, report, only_success=requests is None))
        sides.time(kept, rounds, progress)
    report.timings.extend(kept)
    return report


class _Side:
    """The application in a process on one engine."""

    def __init__(self, target: Target) -> None:
        env = {
            **target.env,
            "TALARIAN_TIMED_ROOT": str(target.root),
            "TALARIAN_TIMED_MODULE": target.module,
            "TALARIAN_TIMED_NAME": target.name or "",
        }
        self.target = replace(target, root=FOLDER, module="talarian_timed", name="app", env=env)
        self.engine = Engine(self.target)
        self.counts: dict[Request, int] = {}

    def __enter__(self) -> _Side:
        try:
            self.about = self.engine.open(self.target)
        except Broken:
            self.engine.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.stop()

    def ask(self, request: Request) -> Answer:
        return self.engine.ask(request)

    def time(self, request: Request) -> Cost:
        """Time a batch. The first call for a request finds out how many make one."""
        if request not in self.counts:
            self._batch(request, 1)
            once = self._batch(request, 1).wall_us / 1e6
            self.counts[request] = max(1, min(MOST, round(BATCH / once)))
        return self._batch(request, self.counts[request])

    def _batch(self, request: Request, count: int) -> Cost:
        asked = replace(request, headers=(*request.headers, (COUNT, str(count))))
        answer = self.engine.ask(asked)
        if answer.error is not None:
            raise Broken(self.target.title, f"{request.operation}, again", answer.error)
        said = json.loads(answer.body)
        return Cost(said["cpu_us"], said["wall_us"])


@dataclass(frozen=True)
class Sides:
    fastapi: _Side
    talarian: _Side

    def alike(
        self, requests: Sequence[Request], report: Report, *, only_success: bool
    ) -> Iterator[Timing]:
        """Ask everything once, and yield what can be timed: both give the same whole answer.

        FastAPI is asked twice, and what it does not repeat itself is not compared.
        """
        first = [self.fastapi.ask(each) for each in requests]
        second = [self.fastapi.ask(each) for each in requests]
        random = learn(requests, first, second)
        for position, (request, there) in enumerate(zip(requests, first, strict=True)):
            why = _why_not(there, only_success)
            if position in random.unanswerable:
                why = "FastAPI itself answers it with another status the second time"
            if why:
                report.skipped.append(Skipped(request, why))
                continue
            here = self.talarian.ask(request)
            if found := differences(there, here, random.ignored(request)):
                report.unlike.append(Unlike(request, found))
            else:
                yield Timing(request, there.status or 0, [], [])

    def time(self, timings: Sequence[Timing], rounds: int, progress: Progress | None) -> None:
        for number in range(rounds):
            for position, timing in enumerate(timings):
                if progress is not None:
                    done = number * len(timings) + position
                    progress(timing.request.operation[:26], done, rounds * len(timings))
                # Another goes first in each round, in case that matters.
                turns = [(self.fastapi, timing.fastapi), (self.talarian, timing.talarian)]
                for side, costs in turns if number % 2 else reversed(turns):
                    costs.append(side.time(timing.request))


def _why_not(answer: Answer, only_success: bool) -> str | None:
    if not answer.complete:
        return "its response does not end"
    if answer.error is not None or answer.status is None:
        return f"it fails: {answer.error}"
    if only_success and answer.status >= 300:
        return f"it is answered with {answer.status}"
    return None
