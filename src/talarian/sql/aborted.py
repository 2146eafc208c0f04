"""Transactions that the database has undone, and commits that it has refused."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from .backends import Backend
from .errors import TransactionLost

_FAILURE = "talarian_failure"
_REFUSED = "talarian_refused_commit"


def refuse_lost_commits(engine: Engine, backend: Backend) -> None:
    """Let no commit succeed that would lose what was written before an error that was caught."""

    def failed(context: ExceptionContext) -> None:
        error = context.original_exception
        if context.connection is not None and backend.ends_transaction(error):
            _info(context.connection)[_FAILURE] = error

    def undone(connection: Connection, *_: object) -> None:
        _info(connection).pop(_FAILURE, None)

    def commit(connection: Connection) -> None:
        info = _info(connection)
        failure = info.pop(_FAILURE, None)
        if failure is not None:
            info[_REFUSED] = True
            raise TransactionLost(
                "A statement failed before and its error was caught, but the database has undone "
                "the whole transaction with it. Put a statement that may fail into a savepoint "
                "(`async with session.begin_nested():`), or call `session.rollback()` after it."
            ) from failure

    event.listen(engine, "handle_error", failed)
    event.listen(engine, "begin", undone)
    event.listen(engine, "rollback", undone)
    event.listen(engine, "rollback_savepoint", undone)
    event.listen(engine, "commit", commit)


def undo_refused_commits(engine: Engine) -> None:
    """Undo a transaction whose commit was refused before its connection serves somebody else.

    SQLAlchemy takes a commit for the end of a transaction, also when it fails. For SQLite the
    transaction goes on then, and the next user of the connection would commit it.
    """

    def failed(context: ExceptionContext) -> None:
        # Without a statement, it was a commit (or a rollback, or a savepoint's).
        if context.connection is not None and context.statement is None:
            _info(context.connection)[_REFUSED] = True

    def reset(connection: Any, record: Any, state: Any) -> None:
        if record.info.pop(_REFUSED, False):
            connection.rollback()

    event.listen(engine, "handle_error", failed)
    event.listen(engine, "reset", reset)


def _info(connection: Connection) -> dict[Any, Any]:
    """What is known of a connection; nothing, once it is lost: to ask would be to connect."""
    return {} if connection.invalidated or connection.closed else connection.info
