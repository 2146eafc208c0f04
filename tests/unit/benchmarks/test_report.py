"""The page and its charts."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.report.aims import Aim, outcomes
from benchmarks.report.chart import Bar, Group, chart
from benchmarks.report.figures import Spread
from benchmarks.report.markdown import page
from benchmarks.report.write import write
from benchmarks.results import Failed
from tests.unit.benchmarks.made import results, sample, start

SVG = "{http://www.w3.org/2000/svg}"


def section(text: str, heading: str) -> list[str]:
    """The lines under a heading."""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip().splitlines()


def test_a_loss_is_said_plainly() -> None:
    run = results(
        *(sample("talarian", number, 20) for number in range(3)),
        *(sample("fastapi", number, 100) for number in range(3)),
        *(sample("go", number, 16) for number in range(3)),
    )
    said = section(page(run, []), "What was lost")
    assert said[0] == "**Talarian** was behind here:"
    assert said[4:] == [
        "| GET, a small dict | Go | 0.80x (0.80-0.80) | 1.25x (1.25-1.25) | yes |",
    ]


def test_a_loss_in_some_rounds_is_said_as_that() -> None:
    run = results(
        *(sample("talarian", number, 20) for number in range(3)),
        *(sample("go", number, cpu) for number, cpu in enumerate((19, 18, 25))),
    )
    assert section(page(run, []), "What was lost")[-1].endswith("| no |")


def test_a_slower_start_is_a_loss() -> None:
    run = results(
        sample("talarian", 0, 20),
        sample("fastapi", 0, 100),
        startup=(start("talarian", 0, 2.0), start("fastapi", 0, 1.0)),
    )
    assert section(page(run, []), "What was lost")[-1] == (
        "Start-up, declare the routes: FastAPI needs 0.50x (0.50-0.50) what Talarian does."
    )


def test_nothing_lost_is_said_too() -> None:
    run = results(sample("talarian", 0, 20), sample("go", 0, 30))
    assert "behind nobody" in section(page(run, []), "What was lost")[0]


def test_without_us_nothing_is_claimed() -> None:
    said = section(page(results(sample("go", 0, 20)), []), "What was lost")
    assert said == ["Talarian was not measured, so nothing can be said."]


def test_every_contender_of_a_scenario_is_in_its_table() -> None:
    run = results(sample("talarian", 0, 20), sample("fastapi", 0, 100), sample("go", 0, 16))
    rows = section(page(run, []), "GET, a small dict")[2:]
    assert [row.split("|")[1].strip() for row in rows[2:]] == ["Go", "Talarian", "Fastapi"]
    assert rows[2].split("|")[2:4] == [" 16.0 (16.0-16.0) ", " 0.80x (0.80-0.80) "]


def test_both_sides_of_a_start_are_shown() -> None:
    run = results(
        sample("talarian", 0, 20),
        sample("fastapi", 0, 100),
        startup=(start("talarian", 0, 0.2), start("fastapi", 0, 1.6)),
    )
    rows = section(page(run, []), "Start-up with 1,000 routes, each with a body of its own")
    assert "| declare the routes (aim) | 0.20 s (0.20-0.20) | 1.60 s (1.60-1.60) | 8.00x" in rows[5]


def test_who_was_left_out_is_named_with_the_reason() -> None:
    run = replace(
        results(sample("talarian", 0, 20)),
        left_out={"Go net/http": "go is not installed here.\nGet it."},
        failed=[Failed("talarian", "params", "the status is 500")],
    )
    said = section(page(run, []), "Who was measured")
    assert "- Left out: Go net/http. go is not installed here. Get it." in said
    assert "- Not measured: Talarian, GET, path and query parameters. the status is 500" in said


@pytest.mark.parametrize(("cpu_us", "verdict"), [(100, "**no**"), (150, "yes")])
def test_aims_are_reached_or_not(cpu_us: float, verdict: str) -> None:
    run = results(sample("talarian", 0, 20), sample("fastapi", 0, cpu_us))
    rows = section(page(run, []), "What we aim at")[4:]
    assert [row.rpartition("| ")[2] for row in rows] == [f"{verdict} |"]


def test_an_aim_for_memory_counts_the_other_way_round() -> None:
    run = results(startup=(start("talarian", 0, 1.0), start("fastapi", 0, 1.0)))
    by_aim = {outcome.aim.what: outcome for outcome in outcomes(run)}
    assert by_aim["described_mb"].aim == Aim("described_mb", "fastapi", 1 / 0.6)
    assert by_aim["described_mb"].reached == Spread(1, 1, 1)


def test_a_chart_is_valid_and_has_every_bar() -> None:
    groups = [
        Group("First <group>", [Bar("ours & theirs", 10, "10", ours=True), Bar("other", 5, "5")]),
        Group("", [Bar("nothing", 0, "0")]),
    ]
    root = ElementTree.fromstring(chart("A title", "A note", groups))
    bars = root.findall(f"{SVG}rect")
    assert [bar.get("class") for bar in bars] == ["ours", "other", "other"]
    widths = [float(bar.get("width", "")) for bar in bars]
    assert widths[0] == pytest.approx(2 * widths[1])
    texts = [text.text for text in root.findall(f"{SVG}text")]
    assert texts == [
        *("A title", "A note", "First <group>", "ours & theirs", "10", "other", "5"),
        *("nothing", "0"),
    ]
    width = float(root.get("width", ""))
    for bar in bars:
        assert float(bar.get("x", "")) + float(bar.get("width", "")) < width


def test_a_chart_has_a_colour_for_everything_in_both_modes() -> None:
    root = ElementTree.fromstring(chart("A", "B", [Group("G", [Bar("a", 1, "1", ours=True)])]))
    style = root.findtext(f"{SVG}style") or ""
    light, _, dark = style.partition("@media (prefers-color-scheme: dark)")
    for mode in (light, dark):
        coloured = set(re.findall(r"([\w.]+)(?:, [\w.]+)? \{[^}]*fill: #", mode))
        assert {"text", ".ours", ".other"} <= coloured
    # Colours in attributes would win over the style sheet's dark mode.
    assert not [element for element in root.iter() if element.get("fill")]


def test_the_report_is_page_charts_and_data(tmp_path: Path) -> None:
    run = results(sample("talarian", 0, 20), sample("fastapi", 0, 100))
    path = write(run, tmp_path / "new")
    files = sorted(each.name for each in path.parent.iterdir())
    assert files == ["RESULTS.md", "results-fastapi.svg", "results-requests.svg", "results.json"]
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", path.read_text())
    assert sorted(shown) == ["results-fastapi.svg", "results-requests.svg"]
    assert "5.0x" in (path.parent / "results-fastapi.svg").read_text()
