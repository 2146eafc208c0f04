"""``talarian bench``: how long an application's own endpoints take on FastAPI and on Talarian."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from talarian import prove as proving
from talarian.cli import timing
from talarian.cli.failure import Failure
from talarian.cli.locate import locate
from talarian.cli.prove import progress_of, why_broken
from talarian.cli.serving import App, Entrypoint, Name
from talarian.prove.diff import short
from talarian.prove.messages import Pairs, Request

BODIES = ("POST", "PUT", "PATCH", "DELETE")
"""Methods whose requests are sent with a ``--body``."""


def bench(
    app: App = None,
    entrypoint: Entrypoint = None,
    name: Name = None,
    request: Annotated[
        list[str] | None,
        typer.Option(
            "--request",
            "-r",
            metavar="'GET /PATH?QUERY'",
            help="What to ask, thousands of times; repeatable. A path alone is a GET. Default: "
            "every GET that needs no parameters.",
        ),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            "--header", "-H", metavar="'NAME: VALUE'", help="Goes with every request; repeatable."
        ),
    ] = None,
    body: Annotated[
        list[str] | None,
        typer.Option(
            "--body",
            "-d",
            metavar="JSON|@FILE",
            help="For a POST, PUT, PATCH or DELETE. Repeatable: the second is the second one's; "
            "one alone is everyone's.",
        ),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Turns of each engine.")] = 15,
    fastapi_python: Annotated[
        Path | None,
        typer.Option(help="The Python of an environment that has FastAPI and your application."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure an application's own endpoints on FastAPI and on Talarian.

    In process, without a server: this is what framework and application cost, in CPU time. The
    engines take turns. A request is timed only if both answer it the same; ends with 1 if not.
    """
    location = locate(app, entrypoint, name)
    requests = read_requests(request, header or (), body or ())
    place = (location.root, location.module, location.name)
    there = proving.on_fastapi(str(fastapi_python or sys.executable), *place)
    here = proving.on_talarian(sys.executable, *place)
    try:
        with progress_of(shown=sys.stderr.isatty()) as progress:
            report = timing.compare(there, here, requests, rounds, progress)
    except proving.Broken as broken:
        raise Failure(why_broken(broken)) from None
    if requests is None and not (report.timings or report.unlike or report.skipped):
        raise Failure(
            "The application's OpenAPI document has no GET operation that needs no parameters. "
            "Say what to ask: --request '/items/42'"
        )
    print(json.dumps(as_data(report), indent=2) if as_json else as_text(report))
    raise typer.Exit(1 if report.unlike else 0)


def read_requests(
    wanted: Sequence[str] | None, headers: Sequence[str], bodies: Sequence[str]
) -> list[Request] | None:
    """Return the requests that the options describe, None if they describe none."""
    if not wanted:
        if headers or bodies:
            raise Failure("--header and --body belong to requests. Say which: --request 'GET /me'")
        return None
    lines = [_request_line(text) for text in wanted]
    with_body = [position for position, (method, _) in enumerate(lines) if method in BODIES]
    if len(bodies) not in (0, 1, len(with_body)):
        raise Failure(
            f"There are {len(bodies)} --body options for {len(with_body)} requests that can have "
            "one. Give one for each, in the same order, or one for all."
        )
    if bodies and not with_body:
        raise Failure(f"None of the requests can have a --body; only {', '.join(BODIES)} can.")
    shared = tuple(map(_header, headers))
    content = [_content(each) for each in bodies]
    found: list[Request] = []
    for position, (method, target) in enumerate(lines):
        own = b""
        if content and position in with_body:
            own = content[with_body.index(position) % len(content)]
        found.append(_request(method, target, shared, own))
    return found


def _request(method: str, target: str, headers: Pairs, body: bytes) -> Request:
    if body and not any(name == "content-type" for name, _ in headers):
        headers = (*headers, ("content-type", "application/json"))
    return Request(f"{method} {target}", "", method, target, headers, body)


def _request_line(text: str) -> tuple[str, str]:
    """Split ``GET /path``; the method may be missing."""
    method, _, target = text.strip().rpartition(" ")
    method = method.strip().upper() or "GET"
    if not target.startswith("/") or not method.isalpha() or "#" in target:
        raise Failure(
            f"{text!r} is not a request. Write the method and the path, with the query if there "
            "is one: --request 'GET /items/42?q=wing'. Spaces in a path are written %20."
        )
    return method, target


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise Failure(
            f"{text!r} is not a header. Write the name, a colon and the value: "
            "--header 'Authorization: Bearer TOKEN'"
        )
    return name.strip().lower(), value.strip()


def _content(text: str) -> bytes:
    if not text.startswith("@"):
        return text.encode()
    path = Path(text[1:])
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failure(
            f"--body {text} can't be read: {error.strerror}. Looked in {Path.cwd()}."
        ) from None


def as_text(report: timing.Report) -> str:
    """The report for a terminal."""
    parts = [_timings(report), _waiting(report), _unlike(report), _skipped(report)]
    return "\n\n".join("\n".join(lines) for lines in (*parts, _remarks(report)) if lines)


def _timings(report: timing.Report) -> list[str]:
    if not report.timings:
        return []
    title = f"CPU microseconds per request, in process, median of {report.rounds} rounds"
    return [title, "", *_table(report.timings)]


def _waiting(report: timing.Report) -> list[str]:
    return [
        f"{each.request.operation} mostly waits: {_median(each.talarian, 'wall_us'):,.0f} µs "
        "pass, which no engine makes shorter."
        for each in report.timings
        # In every round: in one of them the machine may have been busy with something else.
        if all(cost.wall_us > 2 * cost.cpu_us + 100 for cost in each.talarian)
    ]


def _unlike(report: timing.Report) -> list[str]:
    lines: list[str] = []
    for unlike in report.unlike:
        lines.append(f"Not timed, the answers differ: {unlike.request.operation}")
        for finding in unlike.findings[:5]:
            lines.append(f"    {finding.aspect}")
            lines.append(f"    FastAPI    {short(finding.fastapi)}")
            lines.append(f"    Talarian   {short(finding.talarian)}")
    return [*lines, "`talarian prove` looks for every such difference."] if lines else []


def _skipped(report: timing.Report) -> list[str]:
    return [f"Not timed: {each.request.operation}, {each.why}." for each in report.skipped]


def _table(timings: Sequence[timing.Timing]) -> list[str]:
    cells = [("REQUEST", "STATUS", "FASTAPI", "TALARIAN", "TIMES")]
    for each in timings:
        there, here = _median(each.fastapi, "cpu_us"), _median(each.talarian, "cpu_us")
        cells.append(
            (
                each.request.operation,
                f"{each.status}",
                f"{there:.1f}",
                f"{here:.1f}",
                f"{each.times:.2f}",
            )
        )
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if position == 0 else cell.rjust(width)
            for position, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in cells
    ]


def _remarks(report: timing.Report) -> list[str]:
    """Versions that differ: then the engines are not all that is compared."""
    names = [name for name in report.talarian if name != "fastapi"]
    return [
        f"{name} is {report.fastapi.get(name)} on FastAPI's side and {report.talarian[name]} on "
        "Talarian's, so this compares more than the engines."
        for name in names
        if report.fastapi.get(name) != report.talarian[name]
    ]


def as_data(report: timing.Report) -> dict[str, Any]:
    """The report for a program. Times are medians in microseconds."""
    return {
        "rounds": report.rounds,
        "versions": {"fastapi": dict(report.fastapi), "talarian": dict(report.talarian)},
        "requests": [
            {
                "request": each.request.operation,
                "status": each.status,
                "fastapi": _medians(each.fastapi),
                "talarian": _medians(each.talarian),
                "times": round(each.times, 3),
            }
            for each in report.timings
        ],
        "differ": [
            {
                "request": each.request.operation,
                "differences": [vars(finding) for finding in each.findings],
            }
            for each in report.unlike
        ],
        "skipped": [
            {"request": each.request.operation, "why": each.why} for each in report.skipped
        ],
    }


def _medians(costs: Sequence[timing.Cost]) -> dict[str, float]:
    return {name: round(_median(costs, name), 2) for name in ("cpu_us", "wall_us")}


def _median(costs: Sequence[timing.Cost], name: str) -> float:
    from statistics import median

    return float(median(getattr(cost, name) for cost in costs))
