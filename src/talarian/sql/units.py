"""The unit of work: one session, committed when all went well and undone when not."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from .backends import Backend
from .errors import (
    CommitUnknown,
    DatabaseUnavailable,
    TransactionConflict,
    TransactionLost,
    connection_lost,
)
from .sessions import READ_ONLY


@asynccontextmanager
async def unit_of_work(
    session: AsyncSession, backend: Backend
) -> AsyncGenerator[AsyncSession, None]:
    """Commit when the block ends, undo when it raises or is cancelled; then close.

    Raises:
        TransactionConflict: When the database undid the transaction in favour of another.
        DatabaseUnavailable: When the connection was lost.
        CommitUnknown: When it was lost during the commit.
    """
    with translated(backend):
        # Closing undoes what was not committed, and is not interrupted by a cancellation.
        async with session:
            yield session
            if not session.info.get(READ_ONLY):
                with committing():
                    await session.commit()


@contextmanager
def sync_unit_of_work(session: Session, backend: Backend) -> Generator[Session, None, None]:
    """The same for a sync session."""
    with translated(backend), session:
        yield session
        if not session.info.get(READ_ONLY):
            with committing():
                session.commit()


@contextmanager
def committing() -> Generator[None, None, None]:
    """Tell a connection that was lost before the commit from one that was lost during it."""
    try:
        yield
    except DBAPIError as error:
        # What the commit flushes first are statements; COMMIT itself is not one to SQLAlchemy.
        if connection_lost(error) and error.statement is None:
            raise CommitUnknown(
                "The connection to the database was lost during the commit: whether anything was "
                "written is not known."
            ) from error
        raise


@contextmanager
def translated(backend: Backend) -> Generator[None, None, None]:
    """Say what a driver's error means, where that does not depend on the statement."""
    try:
        yield
    except TransactionLost as error:
        if backend.is_conflict(error.failure):
            raise _conflict() from error
        raise
    except DBAPIError as error:
        if error.orig is not None and backend.is_conflict(error.orig):
            raise _conflict() from error
        if connection_lost(error):
            raise DatabaseUnavailable("The connection to the database was lost.") from error
        raise


def _conflict() -> TransactionConflict:
    return TransactionConflict(
        "The database undid this transaction in favour of another one. Nothing was written; run "
        "again, it may well succeed (see Database.idempotent)."
    )
