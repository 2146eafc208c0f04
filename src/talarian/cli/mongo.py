"""``talarian mongo``: the indexes of MongoDB collections."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from talarian.cli.failure import Failure
from talarian.cli.load import load
from talarian.cli.locate import Location, locate
from talarian.cli.serving import App, Entrypoint, Name

if TYPE_CHECKING:
    from talarian.mongo import Mongo
    from talarian.mongo.indexes import Step

application = typer.Typer(no_args_is_help=True, help="MongoDB: indexes.")


@application.callback()
def group() -> None:
    """MongoDB: indexes."""


@application.command("indexes")
def indexes(
    app: App = None,
    entrypoint: Entrypoint = None,
    name: Name = None,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Create what is missing, and create anew what differs."),
    ] = False,
    drop: Annotated[
        bool, typer.Option("--drop", help="With --apply: drop what is declared nowhere.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the differences as JSON.")] = False,
) -> None:
    """Print how the indexes differ from those that the models declare.

    Exits with 1 while an index is missing or differs, so a deployment can ask. An index that
    differs is dropped and created again by --apply: meanwhile, nothing is unique by it.
    """
    if drop and not apply:
        raise Failure("--drop goes with --apply. Without them, the differences are only printed.")
    wanted = _NOTHING if not apply else _EVERYTHING if drop else _DECLARED
    mongos = _mongos(locate(app, entrypoint, name))
    steps = [step for mongo in mongos for step in asyncio.run(_compared(mongo, wanted))]
    if as_json:
        print(json.dumps([_row(step, step.difference in wanted) for step in steps], indent=2))
    else:
        lines = [_line(step, step.difference in wanted) for step in steps]
        print("\n".join(lines) or "No index differs.")
    if any(step.difference in _DECLARED - wanted for step in steps):
        raise typer.Exit(1)


# The differences that are mended.
_NOTHING: frozenset[str] = frozenset()
_DECLARED = frozenset({"create", "change"})
_EVERYTHING = _DECLARED | {"drop"}


def _mongos(where: Location) -> Sequence[Mongo]:
    loaded = load(where)
    from talarian.extensions import installed
    from talarian.mongo import Mongo

    found = [extension for extension in installed(loaded.app) if isinstance(extension, Mongo)]
    if not found:
        raise Failure("This application has no MongoDB: Talarian(extensions=[Mongo(models=[…])]).")
    return found


async def _compared(mongo: Mongo, wanted: Container[str]) -> Sequence[Step]:
    from talarian.mongo import IndexesRefused, NotReady

    async with mongo.opened():
        try:
            steps = await mongo.index_differences()
            await mongo.apply_indexes(step for step in steps if step.difference in wanted)
        except (NotReady, IndexesRefused) as error:
            raise Failure(str(error)) from None
        return steps


_SIGNS = {"create": "+", "change": "~", "drop": "-"}
_DONE = {"create": "created", "change": "created anew", "drop": "dropped"}
_ADVICE = {
    "create": "--apply creates it",
    "change": "--apply drops it and creates it anew",
    "drop": "--apply --drop drops it",
}


def _line(step: Step, done: bool) -> str:
    outcome = (_DONE if done else _ADVICE)[step.difference]
    return f"{_SIGNS[step.difference]} {step}: {outcome}"


def _row(step: Step, done: bool) -> dict[str, object]:
    return {
        "collection": step.collection,
        "index": step.name,
        "difference": step.difference.value,
        "options": list(step.options),
        "done": done,
    }
