"""``talarian doctor``: the traps that an application has."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Annotated

import typer

from talarian.cli.failure import Failure
from talarian.cli.load import load
from talarian.cli.locate import locate
from talarian.cli.serving import App, Entrypoint, Name


def doctor(
    app: App = None,
    entrypoint: Entrypoint = None,
    name: Name = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Don't ask this rule; repeatable.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 for findings of level info too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at an application for known traps: lost data, dead routes, open doors.

    Exits with 1 when there are errors or warnings.
    """
    loaded = load(locate(app, entrypoint, name))
    from talarian.doctor import Severity, examine
    from talarian.doctor.report import as_data, as_text

    _check_names(ignore or [])
    module = loaded.import_string.partition(":")[0]
    try:
        found = examine(loaded.app, module=module, ignore=ignore or ())
    except TypeError as error:
        raise Failure(f"{error}. `talarian doctor` reads Plans, which others don't have.") from None
    print(json.dumps(as_data(found), indent=2) if as_json else as_text(found))
    harmless = 0 if strict else found.count(Severity.INFO)
    if len(found.findings) > harmless:
        raise typer.Exit(1)


def _check_names(ignored: list[str]) -> None:
    from talarian.doctor.rules import RULES

    known = [rule.name for rule in RULES]
    for name in ignored:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"The rules are: {', '.join(known)}."
            raise Failure(f"There is no rule {name!r} to ignore. {hint}")
