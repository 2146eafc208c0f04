"""Results as a run leaves them, with made-up figures."""

from __future__ import annotations

from benchmarks.results import Results, Sample, Settings, StartUp


def sample(contender: str, number: int, cpu_us: float, scenario: str = "root") -> Sample:
    return Sample(scenario, contender, number, cpu_us, 1e6 / cpu_us, cpu_us * 64, cpu_us * 90, 1000)


def start(contender: str, number: int, declare_s: float) -> StartUp:
    return StartUp(contender, number, 0.1, declare_s, 1.0, 0.5, 50.0, 60.0, 70.0)


def results(*samples: Sample, startup: tuple[StartUp, ...] = ()) -> Results:
    names = {each.contender: each.contender.title() for each in samples}
    return Results(
        machine={"Processor": "one"},
        settings=Settings(3, 2, 64),
        scenarios=sorted({each.scenario for each in samples}),
        titles=names,
        versions=dict.fromkeys(names, "1.0"),
        samples=list(samples),
        memory=dict.fromkeys(names, 50.0),
        startup=list(startup),
    )
