"""``talarian settings``: what an application is set to, and from where."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from talarian.cli.load import load
from talarian.cli.locate import locate
from talarian.cli.serving import App, Entrypoint, Name

if TYPE_CHECKING:
    from talarian.extensions import Setting


def settings(
    app: App = None,
    entrypoint: Entrypoint = None,
    name: Name = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the settings as JSON.")] = False,
) -> None:
    """Print every setting of the installed extensions: its value and where that is from.

    Secrets are masked. Then comes what production refuses to start with; in production, the
    command exits with 1 if there is such a thing.
    """
    loaded = load(locate(app, entrypoint, name))
    from talarian.environment import Environment, current_environment
    from talarian.extensions import hazards, installed

    environment = current_environment()
    rows = [row for extension in installed(loaded.app) for row in extension.settings()]
    found = hazards(loaded.app)
    if as_json:
        data = {"settings": [asdict(row) for row in rows], "hazards": [asdict(it) for it in found]}
        print(json.dumps({"environment": environment.value, **data}, indent=2))
    else:
        print(f"environment: {environment.value}\n")
        print(_table(rows) if rows else "No extension of this application has settings.")
        if found:
            print("\nProduction does not start with this:", *found, sep="\n")
    if found and environment is Environment.PRODUCTION:
        raise typer.Exit(1)


def _table(rows: Sequence[Setting]) -> str:
    cells = [("SETTING", "VALUE", "FROM"), *((row.name, row.value, row.source) for row in rows)]
    first, second = (max(len(line[column]) for line in cells) for column in (0, 1))
    return "\n".join(
        f"{name:<{first}}  {value:<{second}}  {source}" for name, value, source in cells
    )
