"""The page: what was lost first, then every figure."""

from collections.abc import Sequence

from benchmarks.report.aims import STARTUP, outcomes
from benchmarks.report.figures import (
    Lost,
    Spread,
    Summary,
    lost,
    startup,
    startup_times_less,
    summary,
    times_less,
)
from benchmarks.results import Results
from benchmarks.scenarios import SCENARIOS

OURS = ("talarian", "talarian-asgi")

FIGURES = {
    "import_s": "import",
    "declare_s": "declare the routes",
    "openapi_s": "first `openapi()`",
    "first_requests_s": "first request to each route",
    "declared_mb": "memory, routes declared",
    "described_mb": "memory, document made",
    "asked_mb": "memory, every route asked",
}


def page(results: Results, charts: Sequence[tuple[str, str]]) -> str:
    """Return ``RESULTS.md``. ``charts`` are pairs of a description and a file."""
    parts = [
        _opening(results),
        "\n".join(f"![{description}]({file})\n" for description, file in charts),
        _lost(results),
        _beside_fastapi(results),
        _aims(results),
        *(_scenario(results, name) for name in results.scenarios),
        _startup(results),
        _memory(results),
        _not_measured(results),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts if part.strip())


def _opening(results: Results) -> str:
    settings, machine = results.settings, results.machine
    lines = [
        "# Results",
        "",
        "Written by `make bench`. [How it is measured](../docs/benchmarks.md); every single "
        "measurement is in `results.json` beside this page.",
        "",
        f"{settings.rounds} rounds, {settings.seconds} s for each load, "
        f"{settings.connections} connections; medians, with the lowest and the highest in "
        "brackets. CPU is what the server used for one request. Ratios are taken inside each "
        "round. Compare them with nothing but each other: another machine has other figures.",
        "",
        *(f"- {name}: {value}" for name, value in machine.items()),
    ]
    return "\n".join(lines)


def _lost(results: Results) -> str:
    lines: list[str] = []
    for ours in OURS:
        if ours not in results.titles:
            continue
        title = results.titles[ours]
        if found := lost(results, ours):
            lines += ["", f"**{title}** was behind here:", "", _losses(results, found).rstrip()]
        else:
            lines += ["", f"**{title}** was behind nobody in any scenario that both were asked."]
    lines += [
        f"\nStart-up, {FIGURES[figure]}: FastAPI needs {_times(ratio)} what Talarian does."
        for figure in FIGURES
        if (ratio := startup_times_less(results, figure, "talarian", "fastapi"))
        and ratio.middle < 1
    ]
    if not lines:
        lines = ["", "Talarian was not measured, so nothing can be said."]
    return "\n".join(["## What was lost", *lines])


def _losses(results: Results, found: Sequence[Lost]) -> str:
    heads = ["", "who was ahead", "its CPU / ours", "its requests/s / ours", "in every round"]
    return _table(
        heads,
        [
            (
                SCENARIOS[each.scenario].title,
                results.titles[each.contender],
                _times(each.cpu),
                _times(each.speed),
                "yes" if each.is_certain else "no",
            )
            for each in found
        ],
    )


def _beside_fastapi(results: Results) -> str:
    names = [name for name in ("talarian", "talarian-asgi") if name in results.titles]
    if "fastapi" not in results.titles or not names:
        return ""
    titles = [column for name in names for column in (results.titles[name], "less by")]
    rows: list[Sequence[str]] = []
    for scenario in results.scenarios:
        base = summary(results, scenario, "fastapi")
        cells = [SCENARIOS[scenario].title, _microseconds(base)]
        for name in names:
            ratio = times_less(results, scenario, name, "fastapi")
            cells += [_microseconds(summary(results, scenario, name)), _times(ratio)]
        rows.append(cells)
    heading = "## Beside FastAPI: CPU microseconds for a request\n\n"
    return heading + _table(["", "FastAPI", *titles], rows)


def _aims(results: Results) -> str:
    rows = [
        (
            SCENARIOS[outcome.aim.what].title
            if outcome.aim.what in SCENARIOS
            else f"start-up: {FIGURES[outcome.aim.what]}",
            results.titles.get(outcome.aim.ours, outcome.aim.ours),
            results.titles.get(outcome.aim.other, outcome.aim.other),
            f"≥ {_short(outcome.aim.least)}x",
            _times(outcome.reached),
            "yes" if outcome.reached.middle >= outcome.aim.least else "**no**",
        )
        for outcome in outcomes(results)
        if outcome.reached is not None
    ]
    if not rows:
        return ""
    opening = (
        "## What we aim at\n\nHow many times our CPU time, or memory, the other needs. "
        "The bare protocol is no framework: it shows how much of its speed is left.\n\n"
    )
    return opening + _table(["", "ours", "other", "aim", "measured", "reached"], rows)


def _scenario(results: Results, name: str) -> str:
    found = [
        one
        for contender in results.titles
        if (one := summary(results, name, contender)) is not None
    ]
    if not found:
        return ""
    ours = next((one for one in OURS if any(each.contender == one for each in found)), None)
    rows = [
        _row(results, name, each, ours)
        for each in sorted(found, key=lambda each: each.cpu_us.middle)
    ]
    heads = ["", "CPU µs", "its CPU / ours", "requests/s", "p50 ms", "p99 ms"]
    request = SCENARIOS[name].request
    heading = f"## {SCENARIOS[name].title}\n\n`{request.method} {request.target}`\n\n"
    return heading + _table(heads, rows)


def _row(results: Results, scenario: str, each: Summary, ours: str | None) -> Sequence[str]:
    ratio = times_less(results, scenario, ours, each.contender) if ours else None
    return (
        results.titles[each.contender],
        _spread(each.cpu_us),
        "1" if each.contender == ours else _times(ratio),
        _spread(each.per_second),
        f"{each.p50_us / 1e3:.2f}",
        f"{each.p99_us / 1e3:.2f}",
    )


def _startup(results: Results) -> str:
    if not results.startup:
        return ""
    names = [name for name in results.titles if startup(results, "declare_s", name)]
    rows: list[Sequence[str]] = []
    for figure, title in FIGURES.items():
        unit = "MB" if figure.endswith("_mb") else "s"
        cells = [title + (" (aim)" if figure in STARTUP else "")]
        for name in names:
            spread = Spread.of(list(startup(results, figure, name).values()))
            span = f"{_short(spread.low)}-{_short(spread.high)}"
            cells.append(f"{_short(spread.middle)} {unit} ({span})")
        cells.append(_times(startup_times_less(results, figure, "talarian", "fastapi")))
        rows.append(cells)
    opening = (
        "## Start-up with 1,000 routes, each with a body of its own\n\n"
        "In a fresh process each, in seconds of CPU time. Memory is the most that was in RAM "
        "until then, Python and the models included.\n\n"
    )
    heads = ["", *(results.titles[name] for name in names), "FastAPI / Talarian"]
    return opening + _table(heads, rows)


def _memory(results: Results) -> str:
    if not results.memory:
        return ""
    rows = [
        (results.titles[name], f"{megabytes:.0f}")
        for name, megabytes in sorted(results.memory.items(), key=lambda item: item[1])
    ]
    return "## Memory\n\nMB in RAM after all rounds, the plain application.\n\n" + _table(
        ["", "MB"], rows
    )


def _not_measured(results: Results) -> str:
    lines = ["## Who was measured", ""]
    lines += [f"- {results.titles[name]} {version}" for name, version in results.versions.items()]
    lines += [f"- Left out: {title}. {_one_line(why)}" for title, why in results.left_out.items()]
    lines += [
        f"- Not measured: {results.titles[each.contender]}, {SCENARIOS[each.scenario].title}. "
        f"{_one_line(each.why)}"
        for each in results.failed
    ]
    return "\n".join(lines)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join(_line(cells) for cells in (heads, marks, *rows)) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _microseconds(found: Summary | None) -> str:
    return _number(found.cpu_us.middle) if found else "-"


def _times(ratio: Spread | None) -> str:
    if ratio is None:
        return "-"
    return f"{_short(ratio.middle)}x ({_short(ratio.low)}-{_short(ratio.high)})"


def _spread(spread: Spread) -> str:
    return f"{_number(spread.middle)} ({_number(spread.low)}-{_number(spread.high)})"


def _number(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def _short(value: float) -> str:
    return f"{value:.2f}" if value < 10 else _number(value)


def _one_line(text: str) -> str:
    return " ".join(text.split())
