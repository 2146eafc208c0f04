"""What to say when a revision has failed: what, where, what stays, what to do."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from .revisions import Revision, place_in, shown


def explain_failure(
    revision: Revision,
    error: Exception,
    *,
    says: str | None,
    folder: Path,
    statement: str | None,
    committed: Sequence[str],
    stay: Sequence[Revision],
    others: Sequence[str] | None,
) -> str:
    """Write the message.

    Args:
        revision: The one that failed.
        error: What it raised.
        says: The database's own words, if it was the database.
        folder: Where the revision files are.
        statement: The statement that failed.
        committed: Statements of the revision that stay in the database.
        stay: Revisions that were applied before and stay.
        others: Who may hold the lock that it waited for, if that was the reason.
    """
    place = place_in(error, folder) or shown(revision.path)
    lines = [f"Revision {revision} failed, at {place}:"]
    lines.append(f"  {says or f'{type(error).__name__}: {error}'}".replace("\n", "\n  "))
    if says is not None and statement is not None:
        lines.append(f"  The statement: {statement}")
    lines += ["", *_what_stays(committed, stay), *_what_to_do(error, says, committed, others)]
    return "\n".join(lines)


def _what_stays(committed: Sequence[str], stay: Sequence[Revision]) -> Iterator[str]:
    if committed:
        yield "A part of it was done and is still there, because it cannot be undone by a rollback:"
        yield from (f"  {number}. {text}" for number, text in enumerate(committed, 1))
    else:
        yield "Nothing of this revision is in the database."
    if stay:
        yield f"{len(stay)} revision(s) before it were applied and stay: " + ", ".join(
            str(revision) for revision in stay
        )


def _what_to_do(
    error: Exception, says: str | None, committed: Sequence[str], others: Sequence[str] | None
) -> Iterator[str]:
    if others is not None:
        yield "It waited too long for a lock that another transaction holds."
        yield from (f"  open now: {text}" for text in others)
        yield "Run it again when that one is done, or wait longer: --lock-timeout SECONDS."
    elif committed:
        yield (
            "Undo these by hand and mend the file, or take them out of the file's upgrade() for "
            "this database only; then run it again."
        )
    else:
        yield "Mend the file and run it again."
    if isinstance(error, NotImplementedError) and "SQLite" in str(error):
        yield (
            "SQLite changes tables by making a copy: write the operation as "
            '`with op.batch_alter_table("table") as batch_op: batch_op.…`. It does the same on '
            "other databases."
        )
    if says is not None and "INSERT into generated column" in says:
        yield (
            "SQLite copies the table, and cannot copy a generated column: drop that column before, "
            "and add it again afterwards."
        )
    if says is not None and "already exists" in says:
        yield (
            "If the tables were made by create_tables(), the database has what this revision "
            "does: `talarian db stamp --to REVISION` says so, without running it."
        )
