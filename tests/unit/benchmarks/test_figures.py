"""Medians, spreads, ratios inside a round, and who was ahead."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.report.figures import (
    Spread,
    lost,
    startup_times_less,
    summary,
    times_less,
    times_more,
)
from benchmarks.results import Failed, Results, Sample
from tests.unit.benchmarks.made import results, sample, start


def test_a_spread_is_middle_low_and_high() -> None:
    assert Spread.of([3.0, 1.0, 10.0]) == Spread(3.0, 1.0, 10.0)


def test_a_summary_over_the_rounds() -> None:
    found = summary(
        results(*(sample("go", number, cpu) for number, cpu in enumerate((20, 10, 40)))),
        "root",
        "go",
    )
    assert found is not None
    assert found.cpu_us == Spread(20, 10, 40)
    assert found.per_second == Spread(50_000, 25_000, 100_000)
    assert (found.p50_us, found.p99_us) == (20 * 64, 20 * 90)


def test_nobody_measured_has_no_summary() -> None:
    assert summary(results(), "root", "go") is None


def test_ratios_are_taken_inside_each_round() -> None:
    # A machine that is ten times slower in the second round changes no ratio.
    run = results(
        *(sample("talarian", number, cpu) for number, cpu in enumerate((10, 100, 10))),
        *(sample("fastapi", number, cpu) for number, cpu in enumerate((70, 700, 80))),
    )
    assert times_less(run, "root", "talarian", "fastapi") == Spread(7, 7, 8)
    more = times_more(run, "root", "talarian", "fastapi")
    assert more is not None
    assert (more.middle, more.low, more.high) == pytest.approx((7, 7, 8))


def test_rounds_that_only_one_has_are_left_out() -> None:
    run = results(sample("talarian", 0, 10), sample("talarian", 1, 10), sample("fastapi", 1, 30))
    assert times_less(run, "root", "talarian", "fastapi") == Spread(3, 3, 3)
    assert times_less(run, "root", "talarian", "go") is None


def test_who_was_ahead() -> None:
    run = results(
        *(sample("talarian", number, 20) for number in range(3)),
        *(sample("talarian-asgi", number, 19) for number in range(3)),
        *(sample("fastapi", number, 100) for number in range(3)),
        *(sample("go", number, 18) for number in range(3)),
        *(sample("fastify", number, cpu) for number, cpu in enumerate((19, 21, 18))),
    )
    found = lost(run, "talarian")
    assert [(each.contender, each.is_certain) for each in found] == [
        ("go", True),
        ("fastify", False),
    ]
    assert found[0].cpu == Spread(0.9, 0.9, 0.9)
    assert found[0].speed.middle == pytest.approx(20 / 18)
    assert [each.contender for each in lost(run, "fastapi")] == ["go", "fastify"]


def test_more_requests_for_more_cpu_time_is_ahead_as_well() -> None:
    ours = Sample("root", "talarian", 0, 20, 30_000, 1, 1, 1000)
    theirs = Sample("root", "robyn", 0, 30, 40_000, 1, 1, 1000)
    assert [each.contender for each in lost(results(ours, theirs), "talarian")] == ["robyn"]


def test_start_up_ratios() -> None:
    run = results(startup=(start("talarian", 0, 0.2), start("fastapi", 0, 1.6)))
    assert startup_times_less(run, "declare_s", "talarian", "fastapi") == Spread(8, 8, 8)
    assert startup_times_less(run, "openapi_s", "talarian", "fastapi") == Spread(1, 1, 1)


def test_results_are_the_same_when_read_again(tmp_path: Path) -> None:
    run = results(sample("talarian", 0, 10), startup=(start("talarian", 0, 0.2),))
    run.failed.append(Failed("talarian", "root", "why"))
    run.write(tmp_path / "results.json")
    assert Results.read(tmp_path / "results.json") == run
