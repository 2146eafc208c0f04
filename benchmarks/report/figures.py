"""From single measurements to figures: medians, spreads, and ratios inside one round."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.results import Results, Sample


@dataclass(frozen=True)
class Spread:
    """The middle of several measurements, and how far they lie apart."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True)
class Summary:
    """One contender in one scenario over all rounds."""

    contender: str
    cpu_us: Spread
    per_second: Spread
    p50_us: float
    p99_us: float


def samples(results: Results, scenario: str, contender: str) -> list[Sample]:
    return [
        each
        for each in results.samples
        if each.scenario == scenario and each.contender == contender
    ]


def summary(results: Results, scenario: str, contender: str) -> Summary | None:
    """Return the figures of a contender, None if it was not measured in that scenario."""
    found = samples(results, scenario, contender)
    if not found:
        return None
    return Summary(
        contender,
        cpu_us=Spread.of([each.cpu_us for each in found]),
        per_second=Spread.of([each.per_second for each in found]),
        p50_us=median(each.p50_us for each in found),
        p99_us=median(each.p99_us for each in found),
    )


def times_less(results: Results, scenario: str, ours: str, other: str) -> Spread | None:
    """How many times the CPU time of ``ours`` the other needs for a request. 1 is equal.

    Each round gives one ratio, of two measurements that were made shortly after another: a machine
    that is slow for a while is slow for both. None if one of them was not measured.
    """
    mine = {each.round: each.cpu_us for each in samples(results, scenario, ours)}
    theirs = {each.round: each.cpu_us for each in samples(results, scenario, other)}
    return _ratio(theirs, mine)


def times_more(results: Results, scenario: str, one: str, other: str) -> Spread | None:
    """How many requests ``one`` answers in a second for each that the other does."""
    first = {each.round: each.per_second for each in samples(results, scenario, one)}
    second = {each.round: each.per_second for each in samples(results, scenario, other)}
    return _ratio(first, second)


def startup_times_less(results: Results, figure: str, ours: str, other: str) -> Spread | None:
    """As `times_less`, for a field of `StartUp`."""
    return _ratio(startup(results, figure, other), startup(results, figure, ours))


def startup(results: Results, figure: str, contender: str) -> dict[int, float]:
    """Return a field of `StartUp` by round."""
    return {
        each.round: float(getattr(each, figure))
        for each in results.startup
        if each.contender == contender
    }


def _ratio(above: dict[int, float], below: dict[int, float]) -> Spread | None:
    ratios = [above[number] / below[number] for number in below if number in above]
    return Spread.of(ratios) if ratios else None


@dataclass(frozen=True)
class Lost:
    """A contender that needs less CPU time for a request than we do, or answers more of them."""

    scenario: str
    contender: str
    cpu: Spread
    """Its CPU time in times of ours."""
    speed: Spread
    """Its requests per second in times of ours."""

    @property
    def is_certain(self) -> bool:
        """Whether it was so in every round."""
        return self.cpu.high < 1 or self.speed.low > 1


def lost(results: Results, ours: str) -> list[Lost]:
    """Every scenario in which another contender was ahead of ``ours``, by the medians."""
    found: list[Lost] = []
    for scenario in results.scenarios:
        for other in results.titles:
            cpu = times_less(results, scenario, ours, other)
            speed = times_more(results, scenario, other, ours)
            if other.startswith("talarian") or cpu is None or speed is None:
                continue
            if cpu.middle < 1 or speed.middle > 1:
                found.append(Lost(scenario, other, cpu, speed))
    return found
