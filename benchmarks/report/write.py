"""The files of a report: the page, its charts, and the data behind them."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.report.chart import Bar, Group, chart
from benchmarks.report.figures import summary, times_less
from benchmarks.report.markdown import OURS, page
from benchmarks.results import Results
from benchmarks.scenarios import SCENARIOS

EVERYBODY = ("root", "params", "post")
"""The scenarios that every contender is asked."""


def write(results: Results, folder: Path) -> Path:
    """Write the report into ``folder`` and return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    charts: list[tuple[str, str]] = []
    for file, title, note, groups in (
        (
            "results-requests.svg",
            "Requests per second on one core",
            "Longer is better. Median of all rounds.",
            _requests(results),
        ),
        (
            "results-fastapi.svg",
            "How many times less CPU time than FastAPI",
            "Longer is better; 1 is FastAPI. Median of the ratios inside each round.",
            _ratios(results),
        ),
    ):
        if groups:
            (folder / file).write_text(chart(title, note, groups))
            charts.append((title, file))
    results.write(folder / "results.json")
    path = folder / "RESULTS.md"
    path.write_text(page(results, charts))
    return path


def _requests(results: Results) -> Sequence[Group]:
    groups: list[Group] = []
    for scenario in EVERYBODY:
        bars = [
            Bar(
                results.titles[name],
                found.per_second.middle,
                f"{found.per_second.middle:,.0f}",
                ours=name in OURS,
            )
            for name in results.titles
            if (found := summary(results, scenario, name))
        ]
        if bars:
            bars.sort(key=lambda bar: -bar.value)
            groups.append(Group(SCENARIOS[scenario].title, bars))
    return groups


def _ratios(results: Results) -> Sequence[Group]:
    """One group for each way of serving, so that scenarios are compared in it."""
    groups: list[Group] = []
    for name in OURS:
        bars = [
            Bar(SCENARIOS[scenario].title, ratio.middle, f"{ratio.middle:.1f}x", ours=True)
            for scenario in results.scenarios
            if (ratio := times_less(results, scenario, name, "fastapi"))
        ]
        if bars:
            groups.append(Group(results.titles[name], bars))
    return groups
