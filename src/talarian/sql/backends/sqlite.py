"""SQLite, as a server uses it."""

import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, event

from talarian.exceptions import TalarianError

from .base import Backend, Driver, Mode, is_memory

_BEGIN = "talarian_sqlite_begin"
_READ_ONLY = "talarian_sqlite_read_only"

# https://www.sqlite.org/rescode.html. Extended codes have the primary one in their lowest byte.
_BUSY, _LOCKED = 5, 6


class SQLite(Backend):
    """A file in WAL mode: readers work beside the one writer. Good for one machine."""

    dialects = frozenset({"sqlite"})
    async_drivers = (Driver("aiosqlite", "aiosqlite"),)
    sync_drivers = (Driver("pysqlite", "sqlite3"),)
    extra = "sql"
    pre_ping = False

    def prepare(self, url: URL, busy_timeout: float) -> None:
        """Switch the file to write-ahead logging, which it remembers.

        Where two processes switch at the same moment, SQLite refuses one of them at once, whatever
        its busy timeout is; a moment later there is nothing left to switch.
        https://www.sqlite.org/wal.html
        """
        if is_memory(url) or "uri" in url.query:
            return
        deadline = time.monotonic() + busy_timeout
        try:
            connection = sqlite3.connect(url.database or "", timeout=busy_timeout)
        except sqlite3.OperationalError as error:
            raise TalarianError(
                f"The SQLite file {url.database} cannot be opened: {error}. Its folder must exist, "
                "and be one that this process may write to."
            ) from error
        try:
            while True:
                try:
                    connection.execute("PRAGMA journal_mode = WAL")
                    return
                except sqlite3.OperationalError:
                    if time.monotonic() > deadline:
                        raise
                time.sleep(0.02)
        finally:
            connection.close()

    def connect_args(self, busy_timeout: float) -> dict[str, Any]:
        # Without an isolation level the driver leaves BEGIN to us. Its own comes late, before the
        # first write, and knows nothing of savepoints.
        return {"timeout": busy_timeout, "isolation_level": None, "check_same_thread": False}

    def options(self, mode: Mode) -> Mapping[str, Any]:
        # A reader that wants to write when another has written since it began is refused at
        # once. Who takes the lock when it begins waits for its turn.
        # Every transaction is serializable here, so no other isolation has to be asked for.
        writes = mode.writes and not mode.read_only
        return {
            _BEGIN: "BEGIN IMMEDIATE" if writes else "BEGIN",
            _READ_ONLY: mode.read_only,
        }

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)

    def is_conflict(self, error: BaseException) -> bool:
        return _code(error) in (_BUSY, _LOCKED)

    def ends_transaction(self, error: BaseException, connection: Any) -> bool:
        # Some errors (a full disk), `ON CONFLICT ROLLBACK` and `RAISE(ROLLBACK)` end it, and the
        # next statement would be one for itself: https://www.sqlite.org/lang_transaction.html
        return not connection.in_transaction


def _configure(connection: Any, _: object) -> None:
    """Settings that SQLite forgets when a connection closes, so each new one gets them."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")  # safe with WAL, and far fewer disk flushes
    cursor.execute("PRAGMA foreign_keys = ON")  # SQLite ignores them unless asked
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    read_only = options.get(_READ_ONLY, False)
    if connection.info.get(_READ_ONLY, False) != read_only:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.info[_READ_ONLY] = read_only
    connection.exec_driver_sql(options.get(_BEGIN, "BEGIN"))


def _code(error: BaseException) -> int:
    """The primary result code; 0 for an error of another kind."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
