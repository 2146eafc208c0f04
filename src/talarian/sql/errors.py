"""What can go wrong with a database, for those who answer requests."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, TimeoutError as PoolTimeoutError


class DatabaseUnavailable(SQLAlchemyError):
    """The database cannot be reached, or has closed the connection. Answered with 503."""

    retry_after = 5
    """Seconds after which a client may try again."""


class CommitUnknown(DatabaseUnavailable):
    """The connection was lost between the commit and its confirmation: all of it is written or
    nothing is, and nobody here knows which. Answered with 500 and without `Retry-After`, because
    to do it again may be to do it twice. Work that may run twice is run again; see
    `Database.idempotent`. SQL calls it transaction resolution unknown (SQLSTATE 08007)."""


class PoolExhausted(PoolTimeoutError):
    """No connection became free in time; the text says who holds them. Answered with 503."""

    retry_after = 1


class TransactionConflict(SQLAlchemyError):
    """The database undid the transaction in favour of another one (a deadlock, a serialization
    failure). Nothing was written, and it may well succeed next time. Answered with 503; see
    `Database.idempotent` to have it run again."""

    retry_after = 1


class TransactionLost(SQLAlchemyError):
    """A statement failed, its error was caught, and with it the database had undone the whole
    transaction: to commit now would lose what was written before it.

    Args:
        failure: The driver's exception that was caught.
    """

    def __init__(self, failure: BaseException) -> None:
        super().__init__(
            f"A statement failed before ({type(failure).__name__}) and its error was caught, but "
            "the database has undone the whole transaction with it. Put a statement that may fail "
            "into a savepoint (`async with session.begin_nested():`), or call "
            "`session.rollback()` after it."
        )
        self.failure = failure


class WriteRefused(SQLAlchemyError):
    """Something was written through a session that is for reading."""


class LazyLoadError(SQLAlchemyError):
    """An attribute that was not loaded was read where loading it is not possible."""


class RepeatedQuery(UserWarning):
    """The same query ran again and again from one line: the N+1 problem."""


Transient = DatabaseUnavailable | PoolExhausted | TransactionConflict


def connection_lost(error: BaseException) -> bool:
    """Whether an error means that the connection, not the statement, is the problem."""
    return isinstance(error, DBAPIError) and error.connection_invalidated
