"""MySQL and MariaDB."""

import re

from sqlalchemy import Connection, text

from .base import Dialect

_LOCK_WAIT_TIMEOUT = 1205  # https://mariadb.com/kb/en/mariadb-error-codes/

# https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
_COMMITS = re.compile(r"\s*(ALTER|CREATE(?! TEMPORARY)|DROP(?! TEMPORARY)|RENAME|TRUNCATE)\b", re.I)

_OTHERS = text("""
    SELECT trx_mysql_thread_id, trx_state, timestampdiff(SECOND, trx_started, now())
    FROM information_schema.innodb_trx
    WHERE trx_mysql_thread_id <> connection_id() ORDER BY trx_started LIMIT 3
""")


class MySQL(Dialect):
    """Every change of the schema is committed at once; a lock with a name is around all."""

    transactional = False
    one_transaction = False

    def prepare(self, connection: Connection, lock_timeout: float) -> None:
        """Its default for the wait for a table that somebody reads is a day."""
        connection.execute(
            text("SET SESSION lock_wait_timeout = :seconds"),
            {"seconds": max(1, round(lock_timeout))},
        )
        connection.commit()

    def try_lock(self, connection: Connection, name: str) -> bool:
        # Names are the whole server's, and up to 64 characters long.
        taken = connection.scalar(
            text("SELECT get_lock(sha1(concat(database(), ' ', :name)), 0)"), {"name": name}
        )
        connection.commit()
        return bool(taken)

    def implicit_commit(self, statement: str) -> bool:
        return _COMMITS.match(statement) is not None

    def is_lock_timeout(self, error: BaseException) -> bool:
        return bool(error.args) and error.args[0] == _LOCK_WAIT_TIMEOUT

    def others(self, connection: Connection) -> list[str]:
        return [
            f"connection {connection_id}, {state.lower()}, for {seconds:.0f} s"
            for connection_id, state, seconds in connection.execute(_OTHERS)
        ]

    def rows(self, connection: Connection, table: str, schema: str | None) -> int | None:
        estimate = connection.scalar(
            text(
                "SELECT table_rows FROM information_schema.tables "
                "WHERE table_name = :table AND table_schema = coalesce(:schema, database())"
            ),
            {"table": table, "schema": schema},
        )
        return None if estimate is None else int(estimate)
