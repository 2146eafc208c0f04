"""``talarian routes``: the route table of an application, or the plan of one route."""

from __future__ import annotations

import json
import textwrap
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from talarian.cli.failure import Failure
from talarian.cli.load import load
from talarian.cli.locate import locate
from talarian.cli.route_table import Row, rows
from talarian.cli.serving import App, Entrypoint, Name


def routes(
    app: App = None,
    entrypoint: Entrypoint = None,
    name: Name = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="PATH_OR_NAME", help="Print how Talarian will execute this route."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the table as JSON.")] = False,
) -> None:
    """Print every route: methods, path, name, where its endpoint is written, tags."""
    table = list(rows(load(locate(app, entrypoint, name)).app.routes))
    if explain is not None:
        print("\n\n".join(_explanation(row) for row in _matching(table, explain)))
    elif as_json:
        print(json.dumps([_as_data(row) for row in table], indent=2))
    else:
        print(_as_text(table))


def _matching(table: list[Row], wanted: str) -> list[Row]:
    found = [row for row in table if wanted in (row.path, row.name)]
    if found:
        return found
    known = [text for row in table for text in (row.path, row.name) if text]
    close = get_close_matches(wanted, known, n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`talarian routes` lists them all."
    raise Failure(f"No route has the path or name {wanted!r}. {hint}")


def _explanation(row: Row) -> str:
    plan: Any = getattr(row.context, "plan", None)
    if plan is None:
        raise Failure(
            f"There is no plan for {row.path}: it is a plain Starlette route, mount or application "
            "that Talarian passes requests to as they are. Only path operations have plans."
        )
    from talarian.engine.analyse.explain import explain

    return f"{explain(plan)}\n{_execution(row)}"


def _execution(row: Row) -> str:
    """How requests are answered: the text of the compiled function, or why there is none."""
    from talarian.engine.serve.endpoint import Endpoint

    app: Any = getattr(row.context, "app", None)
    while app is not None and not isinstance(app, Endpoint):
        app = getattr(app, "app", None)  # a limit on the body is around it
    if app is None:
        return "  interpreted: its handler is not Talarian's own"
    compiled = app.compiled
    if isinstance(compiled, str):
        return f"  interpreted: {compiled}"
    return "  compiled:\n" + textwrap.indent(compiled.source.rstrip(), "    ")


def _as_data(row: Row) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "context"}


def _as_text(table: list[Row]) -> str:
    cells = [("METHODS", "PATH", "NAME", "ENDPOINT", "TAGS"), *map(_cells, table)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _cells(row: Row) -> tuple[str, str, str, str, str]:
    what = ",".join(row.methods) if row.kind == "http" else row.kind
    place = f"{row.file}:{row.line}" if row.file else row.endpoint or ""
    return what or "any", row.path, row.name or "", place, ", ".join(row.tags)
