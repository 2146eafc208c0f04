"""The list of commands. A new command is a file in this folder and a line here; extensions of an
application may add more."""

from __future__ import annotations

from typing import Annotated

import typer

from talarian import __version__
from talarian.cli import bench, db, dev, doctor, mongo, prove, routes, run, settings
from talarian.cli.commands import CommandsOfExtensions

application = typer.Typer(
    cls=CommandsOfExtensions,
    help="Talarian: FastAPI's programming model on a faster engine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
application.command("run")(run.run)
application.command("dev")(dev.dev)
application.command("routes")(routes.routes)
application.command("doctor")(doctor.doctor)
application.command("prove")(prove.prove)
application.command("bench")(bench.bench)
application.command("settings")(settings.settings)
application.add_typer(db.commands, name="db")
application.add_typer(mongo.application, name="mongo")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"talarian {__version__}")
        raise typer.Exit()


@application.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version and exit.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Options of ``talarian`` itself."""
