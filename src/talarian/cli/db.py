"""``talarian db``: the migrations of an application's database."""

import json
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer
from typing_extensions import Unpack

from talarian.cli import db_text
from talarian.cli.failure import Failure
from talarian.cli.load import load
from talarian.cli.locate import locate
from talarian.cli.serving import App, Entrypoint, Name
from talarian.engine.ground.signatures import publish_options

if TYPE_CHECKING:
    from talarian.sql.migrations import Migrations


class _Chosen(TypedDict):
    """The options of all commands: whose migrations they are about."""

    app: App
    entrypoint: Entrypoint
    name: Name
    database: Annotated[
        str | None, typer.Option("--database", metavar="NAME", help="Which, if there are several.")
    ]


_Message = Annotated[str, typer.Option("--message", "-m", help="What it does, in a few words.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Wait = Annotated[
    float, typer.Option(metavar="SECONDS", min=0, help="How long to wait for another upgrade.")
]
_LockTimeout = Annotated[
    float,
    typer.Option(metavar="SECONDS", min=0.1, help="How long a statement waits for a table."),
]

commands = typer.Typer(
    help="Migrations: the steps from one schema of the database to the next.", no_args_is_help=True
)


@commands.command()
@publish_options(_Chosen)
def init(**chosen: Unpack[_Chosen]) -> None:
    """Make the folder for migrations."""
    with _migrations(**chosen) as migrations:
        path = migrations.init()
        print(f"Made the folder {path}. It belongs into version control.\n")
        print("\n".join(db_text.first_steps(migrations)))


@commands.command()
@publish_options(_Chosen)
def revision(
    message: _Message,
    autogenerate: Annotated[
        bool, typer.Option("--autogenerate", help="Fill it from the models and the database.")
    ] = False,
    initial: Annotated[
        bool,
        typer.Option(
            "--initial", help="Fill it as if the database were empty; for the first revision."
        ),
    ] = False,
    rename: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TABLE.OLD=NEW",
            help="A column or table (OLD=NEW) that has another name now; repeatable.",
        ),
    ] = None,
    as_json: _Json = False,
    **chosen: Unpack[_Chosen],
) -> None:
    """Write a new revision: a file with one step, up and down."""
    with _migrations(**chosen) as migrations:
        if not (autogenerate or initial or rename):
            written = migrations.new(message)
            if as_json:
                _print_json(db_text.revision_data(written))
            else:
                print(f"Written: {db_text.path_of(written)}\nFill in upgrade() and downgrade().")
            return
        generated = migrations.generate(message, initial=initial, renames=rename or ())
        if as_json:
            _print_json(db_text.generated_data(generated))
        elif generated is None:
            print("\n".join(db_text.nothing_to_write(migrations)))
        else:
            print("\n".join(db_text.generated_lines(generated, migrations.option)))


@commands.command()
@publish_options(_Chosen)
def upgrade(
    to: Annotated[str, typer.Option(metavar="REVISION", help="How far; +1 is one.")] = "head",
    allow_unreviewed: Annotated[
        bool,
        typer.Option("--allow-unreviewed", help="Run in production what has risks and no review."),
    ] = False,
    wait: _Wait = 300.0,
    lock_timeout: _LockTimeout = 5.0,
    as_json: _Json = False,
    **chosen: Unpack[_Chosen],
) -> None:
    """Run the revisions that the database does not have yet."""
    with _migrations(**chosen) as migrations:
        from talarian.sql.migrations import Patience

        ran = migrations.sync_upgrade(
            to,
            allow_unreviewed=allow_unreviewed,
            patience=Patience(lock_timeout=lock_timeout, wait=wait),
            progress=db_text.printing(quiet=as_json),
        )
        if as_json:
            _print_json({"applied": [db_text.revision_data(it) for it in ran]})
        else:
            print(db_text.upgraded(ran, migrations))


@commands.command()
@publish_options(_Chosen)
def downgrade(
    to: Annotated[
        str,
        typer.Option(metavar="REVISION", help="The revision to keep; -1 is one step, base is all."),
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask: the data may go.")] = False,
    wait: _Wait = 300.0,
    lock_timeout: _LockTimeout = 5.0,
    **chosen: Unpack[_Chosen],
) -> None:
    """Undo revisions. What they have added is lost, so it asks first."""
    with _migrations(**chosen) as migrations:
        from talarian.sql.migrations import Patience

        if not yes and (lost := migrations.losses(to)):
            _confirm(db_text.losses(lost, migrations))
        undone = migrations.sync_downgrade(
            to,
            patience=Patience(lock_timeout=lock_timeout, wait=wait),
            progress=db_text.printing(quiet=False),
        )
        print(db_text.downgraded(undone, migrations))


@commands.command()
@publish_options(_Chosen)
def current(as_json: _Json = False, **chosen: Unpack[_Chosen]) -> None:
    """Show which revision the database is at, and what it lacks."""
    with _migrations(**chosen) as migrations:
        status = migrations.sync_status()
        if as_json:
            _print_json(db_text.status_data(status))
        else:
            print("\n".join(db_text.status_lines(status, migrations)))


@commands.command()
@publish_options(_Chosen)
def history(as_json: _Json = False, **chosen: Unpack[_Chosen]) -> None:
    """List all revisions, the newest first."""
    with _migrations(**chosen) as migrations:
        folder = migrations.folder()
        if as_json:
            _print_json([db_text.revision_data(it) for it in folder.revisions])
        else:
            print("\n".join(db_text.history_lines(folder, migrations)))


@commands.command()
@publish_options(_Chosen)
def heads(as_json: _Json = False, **chosen: Unpack[_Chosen]) -> None:
    """Show the newest revision; several of them need `talarian db merge`. Exits with 1 then."""
    with _migrations(**chosen) as migrations:
        folder = migrations.folder()
        if as_json:
            _print_json([db_text.revision_data(folder.get(it)) for it in folder.heads])
        elif len(folder.heads) > 1:
            print(folder.explain_heads())
        else:
            print(*(folder.get(it) for it in folder.heads), sep="\n")
        if len(folder.heads) > 1:
            raise typer.Exit(1)


@commands.command()
@publish_options(_Chosen)
def merge(message: _Message = "merge", **chosen: Unpack[_Chosen]) -> None:
    """Join several heads by a revision that does nothing."""
    with _migrations(**chosen) as migrations:
        print(f"Written: {db_text.path_of(migrations.merge(message))}")


@commands.command()
@publish_options(_Chosen)
def check(as_json: _Json = False, **chosen: Unpack[_Chosen]) -> None:
    """Exit with 1 if the database lacks revisions, or does not agree with the models."""
    with _migrations(**chosen) as migrations:
        status = migrations.sync_status()
        current = status.is_current and not status.unknown
        differences = migrations.sync_differences() if current else None
        if as_json:
            _print_json({**db_text.status_data(status), "differences": differences})
        else:
            print("\n".join(db_text.check_lines(status, differences, migrations)))
        if differences != []:
            raise typer.Exit(1)


@commands.command()
@publish_options(_Chosen)
def sql(
    start: Annotated[
        str, typer.Option("--from", metavar="REVISION", help="Where the database is.")
    ] = "base",
    to: Annotated[str, typer.Option(metavar="REVISION", help="Where it is to go.")] = "head",
    **chosen: Unpack[_Chosen],
) -> None:
    """Print the SQL of an upgrade, or of a downgrade if --to is the older one. Nothing is run."""
    with _migrations(**chosen) as migrations:
        print(migrations.sql(start, to), end="")


@commands.command()
@publish_options(_Chosen)
def stamp(
    to: Annotated[
        str, typer.Option(metavar="REVISION", help="Where the database is: an id, head or base.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Also if it says to be at a revision without a file.")
    ] = False,
    **chosen: Unpack[_Chosen],
) -> None:
    """Tell the database which revision it is at, without running any."""
    with _migrations(**chosen) as migrations:
        migrations.stamp(to, force=force)
        print("\n".join(db_text.status_lines(migrations.sync_status(), migrations)))


@contextmanager
def _migrations(
    app: str | None, entrypoint: str | None, name: str | None, database: str | None
) -> "Generator[Migrations, None, None]":
    """The migrations of the chosen database. What is wrong with them ends the command."""
    if app is not None and re.fullmatch(r"head|heads|base|[+-]\d+", app):
        raise Failure(f"{app!r} is not an application. Give the revision as an option: --to {app}")
    loaded = load(locate(app, entrypoint, name))
    from talarian.exceptions import TalarianError

    try:
        yield _migrations_of(loaded.app, database)
    except TalarianError as error:
        raise Failure(str(error)) from error


def _migrations_of(app: object, name: str | None) -> "Migrations":
    from talarian.extensions import installed
    from talarian.sql import Database

    databases = [it for it in installed(app) if isinstance(it, Database)]
    if not databases:
        raise Failure(
            "This application has no database: app = Talarian(extensions=[Database(models=Base)])"
        )
    found = [it for it in databases if name in (None, it.name)]
    names = ", ".join(it.name for it in databases)
    if not found:
        raise Failure(f"There is no database {name!r} in this application. There is: {names}.")
    if len(found) > 1:
        raise Failure(f"This application has several databases: {names}. Choose: --database NAME")
    return found[0].migrations


def _confirm(question: str) -> None:
    if not sys.stdin.isatty():
        raise Failure(f"{question}\nNothing was changed. If that is what you want: --yes")
    if not typer.confirm(f"{question}\nGo on?"):
        raise Failure("Nothing was changed.")


def _print_json(data: object) -> None:
    print(json.dumps(data, indent=2))
