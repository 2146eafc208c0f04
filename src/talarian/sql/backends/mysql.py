"""MySQL and MariaDB."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, event

from talarian.exceptions import TalarianError

from .base import Backend, Driver, Mode

_CHARACTERISTICS = "talarian_mysql_characteristics"

_LEVELS = ("READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")

# https://mariadb.com/kb/en/mariadb-error-codes/
_LOCK_WAIT_TIMEOUT, _DEADLOCK, _RECORD_CHANGED = 1205, 1213, 1020


class MySQL(Backend):
    """MySQL and MariaDB, through asyncmy and PyMySQL."""

    dialects = frozenset({"mysql", "mariadb"})
    async_drivers = (Driver("asyncmy", "asyncmy"), Driver("aiomysql", "aiomysql"))
    sync_drivers = (Driver("pymysql", "pymysql"), Driver("mysqldb", "MySQLdb"))
    extra = "mysql"

    def adapted(self, url: URL) -> URL:
        """All of Unicode, which `utf8` alone is not in MySQL."""
        return url if "charset" in url.query else url.update_query_dict({"charset": "utf8mb4"})

    def connect_args(self, busy_timeout: float) -> dict[str, Any]:
        # Its default for the wait for a row lock is 50 seconds: a hang, to whoever waits.
        seconds = max(1, round(busy_timeout))
        return {"init_command": f"SET SESSION innodb_lock_wait_timeout = {seconds}"}

    def options(self, mode: Mode) -> Mapping[str, Any]:
        # Not SQLAlchemy's `isolation_level`: it is of the session, so that it has to be set back
        # when the connection is returned. If that fails, a transaction that is committed fails,
        # and the pool has lost a connection.
        wanted: list[str] = []
        if mode.isolation:
            wanted.append(f"ISOLATION LEVEL {_level(mode.isolation)}")
        if mode.read_only:
            wanted.append("READ ONLY")
        return {_CHARACTERISTICS: ", ".join(wanted)}

    def listen(self, engine: Engine) -> None:
        event.listen(engine, "begin", _begin)

    def is_conflict(self, error: BaseException) -> bool:
        return _code(error) in (_DEADLOCK, _LOCK_WAIT_TIMEOUT, _RECORD_CHANGED)

    def ends_transaction(self, error: BaseException, connection: Any) -> bool:
        # A deadlock rolls back everything, other errors only their statement:
        # https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html
        return _code(error) == _DEADLOCK


def _begin(connection: Connection) -> None:
    characteristics = connection.get_execution_options().get(_CHARACTERISTICS)
    if characteristics:  # of the next transaction, which is this one
        connection.exec_driver_sql(f"SET TRANSACTION {characteristics}")


def _level(isolation: str) -> str:
    level = isolation.upper().replace("_", " ")
    if level not in _LEVELS:
        raise TalarianError(f"MySQL has no isolation {isolation!r}, but {', '.join(_LEVELS)}.")
    return level


def _code(error: BaseException) -> object:
    return error.args[0] if error.args else None
