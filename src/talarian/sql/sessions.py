"""Sessions that know what they are for, and that say what is wrong in words that help."""

from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction
from sqlalchemy.util.concurrency import in_greenlet

from .errors import WriteRefused
from .lazy import refuse_lazy_load
from .pools import tell_holder
from .unshown import expect_levels, reads_unshown
from .work import INFO, Work

S = TypeVar("S", bound=Session)

READ_ONLY = "talarian_read_only"
ASYNC = "talarian_async"
_WORK_OF_CONNECTION = "talarian_connection_work"


def session_class(base: type[S]) -> type[S]:
    """Return a subclass of a class of sessions, whose objects report to the battery."""
    derived: Any = type(base.__name__, (base,), {"__module__": base.__module__})
    event.listen(derived, "after_begin", _after_begin)
    event.listen(derived, "before_flush", _before_flush)
    event.listen(derived, "do_orm_execute", _on_execute)
    reporting: type[S] = derived
    return reporting


def work_of(connection: Connection) -> Work | None:
    """The unit of work that a connection serves now."""
    work: Work | None = connection.info.get(_WORK_OF_CONNECTION)
    return work


def _after_begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    work = session.info.get(INFO)
    connection.info[_WORK_OF_CONNECTION] = work
    if work is not None:
        tell_holder(connection, work)


def _before_flush(session: Session, context: UOWTransaction, instances: Any) -> None:
    if session.info.get(READ_ONLY):
        changed = [*session.new, *session.dirty, *session.deleted]
        names = ", ".join(sorted({type(each).__name__ for each in changed}))
        raise WriteRefused(
            f"This session is for reading, and {names} would be written. Use `Session`, or "
            "`db.transaction()`, where something is written."
        )


def _on_execute(state: ORMExecuteState) -> None:
    cannot_wait = state.session.info.get(ASYNC) and not in_greenlet()
    if cannot_wait or reads_unshown(state):
        refuse_lazy_load(state)
    expect_levels(state)
