"""Counting queries, for tests.

with count_queries(db, 2):
    client.get("/books")
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, event

from .callers import Line, user_line
from .database import Database

# What a session sends of its own accord, for transactions and connections.
_HOUSEKEEPING = frozenset(
    {"BEGIN", "COMMIT", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT", "SET", "START"}
)


@dataclass(frozen=True, slots=True)
class Query:
    """One statement that was sent to a database.

    Args:
        statement: The SQL. It has placeholders: values are not kept.
        line: The user's line that sent it, if there was one.
    """

    statement: str
    line: Line | None

    def __str__(self) -> str:
        where = f" ({self.line})" if self.line else ""
        return f"{' '.join(self.statement.split())}{where}"


class Queries(list[Query]):
    """The statements that were sent, in their order."""

    def __str__(self) -> str:
        return "\n".join(f"  {number}. {query}" for number, query in enumerate(self, 1))


@contextmanager
def queries(db: Database) -> Generator[Queries, None, None]:
    """List the statements that are sent to a database inside the block.

        with queries(db) as sent:
            client.get("/books")
        assert len(sent) == 2, sent

    Those of async and of sync sessions count, in all threads; `BEGIN`, `COMMIT`, savepoints and
    the like do not.
    """
    sent = Queries()

    def note(
        connection: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        many: Any,
    ) -> None:
        if _same(connection.engine.url, db.url) and not _is_housekeeping(statement):
            sent.append(Query(statement, user_line()))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def count_queries(db: Database, number: int) -> Generator[Queries, None, None]:
    """Fail unless the block sends exactly this number of statements to a database.

    Raises:
        AssertionError: Lists the statements that were sent, each with the line that sent it.
    """
    with queries(db) as sent:
        yield sent
    if len(sent) != number:
        raise AssertionError(f"{number} queries were expected, {len(sent)} were sent:\n{sent}")


def _same(one: URL, other: URL) -> bool:
    """Whether two URLs are of one database, whatever the drivers are."""
    return (one.get_backend_name(), one.host, one.port, one.database) == (
        other.get_backend_name(),
        other.host,
        other.port,
        other.database,
    )


def _is_housekeeping(statement: str) -> bool:
    first, *_ = statement.split(None, 1) or [""]
    return first.upper().rstrip(";") in _HOUSEKEEPING
