"""What migrations ask of a kind of database."""

from abc import ABC, abstractmethod
from typing import ClassVar

from sqlalchemy import Connection


class Dialect(ABC):
    """One kind of database: its transactions, its locks, its errors."""

    transactional: ClassVar[bool]
    """Whether a transaction undoes changes of the schema."""

    one_transaction: ClassVar[bool]
    """Whether all revisions of an upgrade are one transaction, or each is one. One transaction is
    also what keeps two upgrades apart, where there are no other locks."""

    def prepare(self, connection: Connection, lock_timeout: float) -> None:  # noqa: B027
        """Set a new connection up, before its first transaction.

        Args:
            connection: It will run the migrations, and nothing else.
            lock_timeout: Seconds that a statement may wait for a lock on a table.
        """

    @abstractmethod
    def try_lock(self, connection: Connection, name: str) -> bool:
        """Take the lock with this name, which ends with the connection, unless another has it.

        It must not wait: PostgreSQL's `CREATE INDEX CONCURRENTLY` waits for every statement that
        runs, so it would wait for those who wait for it.
        """

    def after_revision(self, connection: Connection) -> None:  # noqa: B027
        """Called in the transaction of a revision when it has run; may raise."""

    def implicit_commit(self, statement: str) -> bool:
        """Whether a statement commits what came before it, and itself."""
        return False

    @abstractmethod
    def is_lock_timeout(self, error: BaseException) -> bool:
        """Whether a statement waited too long for a lock.

        Args:
            error: The driver's own exception.
        """

    def others(self, connection: Connection) -> list[str]:
        """In words, the transactions of others that may hold locks; the oldest first."""
        return []

    def rows(self, connection: Connection, table: str, schema: str | None) -> int | None:
        """About how many rows a table has; `None` where that is not known without counting."""
        return None
