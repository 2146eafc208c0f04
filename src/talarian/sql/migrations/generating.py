"""Revisions that are written from the models and the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from .comparing import Comparison
from .dialects import dialect_of
from .folder import Folder
from .locks import locks
from .rendering import render
from .revisions import Revision
from .risks import Risk, Schema, risks
from .wording import in_words
from .writing import write_revision


@dataclass(frozen=True, slots=True)
class Generated:
    """A revision file that was just written.

    Args:
        revision: What is in it.
        operations: The same in words.
        risks: What a person has to look at.
    """

    revision: Revision
    operations: Sequence[str]
    risks: Sequence[Risk]


def write_generated(
    folder: Folder, message: str, found: Comparison, flags: Sequence[Risk]
) -> Generated:
    """Write the file of a comparison."""
    code, texts = render(found), [str(risk) for risk in flags]
    revision = write_revision(folder, message, code=code, risks=texts)
    return Generated(revision, in_words(found.upgrade, found.context.dialect), flags)


def flagged(found: Comparison, connection: Connection) -> list[Risk]:
    """What is risky in what a comparison has found."""
    dialect = dialect_of(connection.engine.url)

    def rows(table: str) -> int | None:
        schema, _, name = table.rpartition(".")
        return dialect.rows(connection, name, schema or None)

    schema = Schema(found.upgrade, connection.dialect, rows)
    return [*risks(schema), *locks(schema)]
