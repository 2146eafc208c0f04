"""What ``talarian db`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from talarian.sql.migrations import Generated, Migrations, Progress, Revision, Status
    from talarian.sql.migrations.folder import Folder


def path_of(revision: Revision) -> str:
    """The file, as people write it."""
    from talarian.sql.migrations.revisions import shown

    return shown(revision.path)


def first_steps(migrations: Migrations) -> Iterator[str]:
    """What to do after `init`."""
    from talarian.sql.migrations import MigrationError

    try:
        tables = migrations.unmigrated_tables()
    except MigrationError as error:
        tables = []
        yield f"(The database could not be asked. {error})\n"
    if tables:
        yield from _tables_without_revision(tables, migrations)
    else:
        yield "Next:"
        yield f'  talarian db revision --autogenerate -m "first tables"{migrations.option}'
        yield f"  talarian db upgrade{migrations.option}"


def _tables_without_revision(tables: Sequence[str], migrations: Migrations) -> Iterator[str]:
    yield "The database has these tables already, probably from create_tables():"
    yield f"  {', '.join(tables)}"
    yield "Write a first revision that would make them, and say that this database has it:"
    yield f'  talarian db revision --initial -m "first tables"{migrations.option}'
    yield f"  talarian db stamp --to head{migrations.option}"


def nothing_to_write(migrations: Migrations) -> Iterator[str]:
    """The result of a revision that would be empty."""
    yield "The database agrees with the models. No revision was written."
    if not migrations.folder().revisions and (tables := migrations.unmigrated_tables()):
        yield from _tables_without_revision(tables, migrations)


def generated_lines(generated: Generated, option: str) -> Iterator[str]:
    """A revision that was just written."""
    yield f"Written: {path_of(generated.revision)}\n"
    yield from (f"  {line}" for line in generated.operations)
    if generated.risks:
        yield "\nA person has to look at this before it runs in production:\n"
        yield from (
            f"  - {risk.where}: {risk.what}.\n    {risk.advice}." for risk in generated.risks
        )
        yield f"\nThen set `reviewed = True` at {generated.revision.place}."
    yield f"\nRead the file, then: talarian db upgrade{option}"


def upgraded(ran: Sequence[Revision], migrations: Migrations) -> str:
    """The end of an upgrade."""
    status = migrations.sync_status()
    where = ", ".join(status.current) or "base"
    if ran:
        return f"The database is at {where}."
    return f"Nothing to do: the database is at {where}."


def downgraded(undone: Sequence[Revision], migrations: Migrations) -> str:
    """The end of a downgrade."""
    return upgraded(undone, migrations)


def losses(lost: Sequence[str], migrations: Migrations) -> str:
    """What a downgrade would destroy."""
    from talarian.sql.migrations.connections import address

    lines = "\n".join(f"  - {loss}" for loss in lost)
    return f"In {address(migrations.url)} this is lost, with everything in it:\n{lines}"


def status_lines(status: Status, migrations: Migrations) -> Iterator[str]:
    """Where the database is, and what to do."""
    from talarian.sql.migrations.connections import address

    folder = migrations.folder()
    names = {revision.id: str(revision) for revision in folder.revisions}
    yield f"database  {address(migrations.url)}"
    yield f"is at     {', '.join(names.get(it, it) for it in status.current) or 'base'}"
    yield f"newest    {', '.join(names[it] for it in status.heads) or 'there are no revisions'}"
    yield from _what_to_do(status, migrations)


def check_lines(
    status: Status, differences: Sequence[str] | None, migrations: Migrations
) -> Iterator[str]:
    """The verdict of `check`."""
    if differences is None:
        yield from status_lines(status, migrations)
    elif differences:
        yield "The models and the database do not agree. A revision would have to:\n"
        yield from (f"  {line}" for line in differences)
        yield (
            f'\nWrite it: talarian db revision --autogenerate -m "…"{migrations.option}\n'
            "Tables of others: Database(migrations=MigrationOptions(ignored_tables=…))"
        )
    else:
        yield "The database is at the newest revision, and agrees with the models."


def _what_to_do(status: Status, migrations: Migrations) -> Iterator[str]:
    if status.unknown:
        yield (
            f"\nThis code has no file for {', '.join(status.unknown)}: the database was migrated "
            "with newer code, or on another branch."
        )
    elif len(status.heads) > 1:
        yield f"\n{migrations.folder().explain_heads()}"
    elif status.pending:
        yield f"\nIt lacks {len(status.pending)}:"
        yield from (f"  {_with_review(revision)}" for revision in status.pending)
        yield f"\nRun them: talarian db upgrade{migrations.option}"


def history_lines(folder: Folder, migrations: Migrations) -> Iterator[str]:
    """All revisions, with the place of the database among them."""
    from talarian.sql.migrations import MigrationError

    current: Sequence[str] = ()
    note = None
    try:
        current = migrations.sync_status().current
        if not current:
            note = "The database is at base: it has none of them."
    except MigrationError as error:
        note = f"(Where the database is, is not known. {error})"
    if not folder.revisions:
        yield "There are no revisions."
    for revision in folder.revisions:
        here = "  <- the database" if revision.id in current else ""
        several = len(revision.parents) > 1
        joins = f"  (joins {', '.join(revision.parents)})" if several else ""
        yield f"{_with_review(revision)}{joins}{here}"
    if note is not None:
        yield f"\n{note}"


def _with_review(revision: Revision) -> str:
    return f"{revision}" if revision.reviewed else f"{revision}  [not reviewed: {revision.place}]"


def revision_data(revision: Revision) -> Mapping[str, Any]:
    """A revision for `--json`."""
    return {
        "id": revision.id,
        "parents": list(revision.parents),
        "message": revision.message,
        "path": path_of(revision),
        "risks": list(revision.risks),
        "reviewed": revision.reviewed,
    }


def generated_data(generated: Generated | None) -> Mapping[str, Any]:
    """A revision that was just written, for `--json`; `null` if there was nothing to write."""
    if generated is None:
        return {"revision": None, "operations": [], "risks": []}
    return {
        "revision": revision_data(generated.revision),
        "operations": list(generated.operations),
        "risks": [asdict(risk) for risk in generated.risks],
    }


def status_data(status: Status) -> Mapping[str, Any]:
    """Where a database is, for `--json`."""
    return {
        "current": list(status.current),
        "heads": list(status.heads),
        "pending": [revision_data(it) for it in status.pending],
        "unknown": list(status.unknown),
    }


def printing(quiet: bool) -> Progress:
    """Says on the terminal which revision runs."""
    from talarian.sql.migrations import Progress as Base

    class Printing(Base):
        def waiting(self) -> None:
            print(
                "Another process is migrating this database: waiting until it is done.", flush=True
            )

        def begins(self, revision: Revision, down: bool) -> None:
            print(f"{'undo' if down else 'run'} {revision} …", end=" ", flush=True)

        def ends(self, revision: Revision, down: bool, seconds: float) -> None:
            print(f"{seconds:.2f} s", flush=True)

    return Base() if quiet else Printing()
