"""Transactions that the database has undone, and commits that it has refused."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from .backends import Backend
from .errors import TransactionLost

_FAILURE = "talarian_failure"
_REFUSED = "talarian_refused_commit"


def refuse_what_is_lost(engine: Engine, backend: Backend) -> None:
    """Let no commit succeed that would lose what was written before an error that was caught, and
    let no statement after such an error be written without it."""

    def failed(context: ExceptionContext) -> None:
        connection, error = context.connection, context.original_exception
        if connection is None or context.is_disconnect or not _is_alive(connection):
            return
        if isinstance(error, TransactionLost):
            return
        if _FAILURE in connection.info:
            # A database that refuses what follows by itself does not say why.
            raise TransactionLost(connection.info[_FAILURE])
        if backend.ends_transaction(error, connection.connection.driver_connection):
            connection.info[_FAILURE] = error

    def execute(connection: Connection, *_: object) -> None:
        failure = _info(connection).get(_FAILURE)
        if failure is not None:
            raise TransactionLost(failure) from failure

    def undone(connection: Connection, *_: object) -> None:
        _info(connection).pop(_FAILURE, None)

    def commit(connection: Connection) -> None:
        info = _info(connection)
        failure = info.pop(_FAILURE, None)
        if failure is not None:
            info[_REFUSED] = True
            raise TransactionLost(failure) from failure

    event.listen(engine, "handle_error", failed)
    event.listen(engine, "begin", undone)
    event.listen(engine, "rollback", undone)
    if backend.savepoints_survive:
        event.listen(engine, "rollback_savepoint", undone)
    else:
        event.listen(engine, "before_cursor_execute", execute)
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
    return connection.info if _is_alive(connection) else {}


def _is_alive(connection: Connection) -> bool:
    return not (connection.invalidated or connection.closed)
