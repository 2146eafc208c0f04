"""SQLite."""

from typing import Any

from sqlalchemy import Connection

from talarian.sql.migrations.errors import MigrationError

from .base import Dialect

_BUSY, _LOCKED = 5, 6  # https://www.sqlite.org/rescode.html


class SQLite(Dialect):
    """All in one transaction, which begins by taking the place of the one writer."""

    transactional = True
    one_transaction = True

    def prepare(self, connection: Connection, lock_timeout: float) -> None:
        """Switch foreign keys off, which only works outside of a transaction.

        Most changes of a table are made in a copy, and to drop the original would delete the rows
        that refer to it. https://www.sqlite.org/lang_altertable.html#otheralter
        """
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")

    def try_lock(self, connection: Connection, name: str) -> bool:
        return True

    def after_revision(self, connection: Connection) -> None:
        """Do the check of foreign keys that was put off."""
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            rows = sorted({f"{table} (refers to {parent})" for table, _, parent, _ in broken})
            raise MigrationError(
                f"{len(broken)} row(s) would refer to rows that are not there: {', '.join(rows)}. "
                "Delete or correct them in the revision."
            )

    def is_lock_timeout(self, error: BaseException) -> bool:
        return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF in (_BUSY, _LOCKED)
