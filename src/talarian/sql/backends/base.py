"""What the battery asks of a kind of database."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import URL, Engine


@dataclass(frozen=True, slots=True)
class Mode:
    """What kind of transaction a session has.

    Args:
        read_only: The database refuses writes.
        writes: It is likely to write: a database with one writer at a time reserves that place
            before the first statement, because it could not change a reader into the writer later.
        isolation: The isolation level, if it is not the database's own default: `SERIALIZABLE`,
            `REPEATABLE READ`, `READ COMMITTED`.
    """

    read_only: bool = False
    writes: bool = True
    isolation: str | None = None


@dataclass(frozen=True, slots=True)
class Driver:
    """A library that talks to the database, by its name in URLs and by the module it is."""

    name: str
    module: str


class Backend(ABC):
    """One kind of database: what is particular about its connections, transactions and errors.

    It knows drivers by their names and errors only. SQLAlchemy imports the one in the URL.
    """

    dialects: ClassVar[frozenset[str]]
    """Names of the database in URLs."""

    async_drivers: ClassVar[Sequence[Driver]]
    """What serves async sessions, the best first."""

    sync_drivers: ClassVar[Sequence[Driver]]
    """What serves sync sessions, the best first."""

    extra: ClassVar[str]
    """What to install: `talarian[extra]`."""

    savepoints_survive = False
    """Whether a transaction that an error has ended goes on after a rollback to a savepoint. Such
    a database refuses every statement until then; others do each in a transaction of its own."""

    pre_ping = True
    """Whether a connection may have been lost while it was idle."""

    def prepare(self, url: URL, busy_timeout: float) -> None:  # noqa: B027
        """Do once, before the first connection, what may block. Called in a worker thread.

        Args:
            url: The database.
            busy_timeout: Seconds to wait for a lock.
        """

    def adapted(self, url: URL) -> URL:
        """Return the URL in the form that its driver understands."""
        return url

    @abstractmethod
    def connect_args(self, busy_timeout: float) -> dict[str, Any]:
        """Arguments for each new connection."""

    @abstractmethod
    def options(self, mode: Mode) -> Mapping[str, Any]:
        """SQLAlchemy's execution options for transactions of this kind."""

    def listen(self, engine: Engine) -> None:  # noqa: B027
        """Add SQLAlchemy event listeners to a new engine."""

    @abstractmethod
    def is_conflict(self, error: BaseException) -> bool:
        """Whether the transaction failed only because of another one: run again, it may succeed.

        Args:
            error: The driver's own exception.
        """

    @abstractmethod
    def ends_transaction(self, error: BaseException, connection: Any) -> bool:
        """Whether what was written before this error is lost, even if the error is caught.

        Args:
            error: The driver's own exception.
            connection: The driver's own connection.
        """


def is_memory(url: URL) -> bool:
    """Whether the database lives in this process only, and ends with its connection."""
    return url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")
