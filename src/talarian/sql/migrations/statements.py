"""Which statements of a revision stay in the database if it fails."""

import re
from typing import Any

from sqlalchemy import Connection, Engine, event

from .dialects import Dialect

_CHANGES_NOTHING = re.compile(r"\s*(SELECT|SHOW|PRAGMA|DESCRIBE|EXPLAIN|SET)\b", re.I)
_LENGTH = 200


class Statements:
    """Listens to an engine while one revision after the other runs."""

    def __init__(self, engine: Engine, dialect: Dialect) -> None:
        self.running: str | None = None
        """The statement that is being executed, or has just failed."""
        self.committed: list[str] = []
        """Statements that no rollback undoes any more."""
        self._pending: list[str] = []
        self._committing = False  # this event comes before the commit, which may fail
        self._dialect = dialect
        event.listen(engine, "before_cursor_execute", self._begins)
        event.listen(engine, "after_cursor_execute", self._ends)
        event.listen(engine, "commit", self._commits)
        event.listen(engine, "begin", self._has_committed)

    def next_revision(self) -> None:
        """Forget the statements of the revision before."""
        self.running, self.committed, self._pending = None, [], []
        self._committing = False

    def _begins(self, connection: Connection, _: object, statement: str, *rest: object) -> None:
        self._has_committed(connection)
        self.running = _short(statement)

    def _ends(self, connection: Connection, _: object, statement: str, *rest: object) -> None:
        self.running = None
        if _CHANGES_NOTHING.match(statement):
            return
        self._pending.append(_short(statement))
        options: Any = connection.get_execution_options()
        autocommit = options.get("isolation_level") == "AUTOCOMMIT"
        if autocommit or self._dialect.implicit_commit(statement):
            self._commits(connection)
            self._has_committed(connection)

    def _commits(self, connection: Connection) -> None:
        self._committing = True

    def _has_committed(self, connection: Connection) -> None:
        """Whatever comes next says that a commit did not fail."""
        if self._committing:
            self.committed += self._pending
            self._pending, self._committing = [], False


def _short(statement: str) -> str:
    text = " ".join(statement.split())
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]} …"
