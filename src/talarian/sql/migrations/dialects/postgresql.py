"""PostgreSQL."""

from sqlalchemy import Connection, text

from .base import Dialect

_LOCK_NOT_AVAILABLE = "55P03"  # https://www.postgresql.org/docs/current/errcodes-appendix.html

_OTHERS = text("""
    SELECT pid, coalesce(nullif(application_name, ''), usename, '?'), state,
           extract(epoch FROM clock_timestamp() - xact_start)
    FROM pg_stat_activity
    WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
    ORDER BY xact_start LIMIT 3
""")

_ROWS = text("""
    SELECT c.reltuples::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relname = :table AND n.nspname = coalesce(:schema, current_schema())
""")


class PostgreSQL(Dialect):
    """A transaction for each revision, and an advisory lock around all."""

    transactional = True
    one_transaction = False

    def prepare(self, connection: Connection, lock_timeout: float) -> None:
        """Don't wait long for a table: who waits for it makes all others wait as well."""
        connection.execute(
            text("SELECT set_config('lock_timeout', :value, false)"),
            {"value": f"{round(lock_timeout * 1000)}ms"},
        )
        connection.commit()

    def try_lock(self, connection: Connection, name: str) -> bool:
        taken = connection.scalar(
            text("SELECT pg_try_advisory_lock(hashtext(:name))"), {"name": name}
        )
        connection.commit()  # it belongs to the connection, not to the transaction
        return bool(taken)

    def is_lock_timeout(self, error: BaseException) -> bool:
        state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
        return state == _LOCK_NOT_AVAILABLE

    def others(self, connection: Connection) -> list[str]:
        return [
            f"process {pid} ({who}), {state}, for {seconds:.0f} s"
            for pid, who, state, seconds in connection.execute(_OTHERS)
        ]

    def rows(self, connection: Connection, table: str, schema: str | None) -> int | None:
        """The planner's estimate; -1 is what it says of a table that was never analysed."""
        estimate = connection.scalar(_ROWS, {"table": table, "schema": schema})
        return None if estimate is None or estimate < 0 else int(estimate)
