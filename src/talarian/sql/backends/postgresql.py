"""PostgreSQL."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL

from .base import Backend, Driver, Mode

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_CONFLICTS = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


class PostgreSQL(Backend):
    """PostgreSQL, through asyncpg or psycopg 3."""

    dialects = frozenset({"postgresql", "postgres"})
    async_drivers = (Driver("asyncpg", "asyncpg"), Driver("psycopg", "psycopg"))
    sync_drivers = (Driver("psycopg", "psycopg"), Driver("psycopg2", "psycopg2"))
    extra = "postgres"
    savepoints_survive = True

    def adapted(self, url: URL) -> URL:
        """asyncpg calls libpq's `sslmode` `ssl`, with the same values."""
        if url.drivername.endswith("+asyncpg") and "sslmode" in url.query:
            mode = url.query["sslmode"]
            url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
        return url

    def connect_args(self, busy_timeout: float) -> dict[str, Any]:
        return {}

    def options(self, mode: Mode) -> Mapping[str, Any]:
        options: dict[str, Any] = {}
        if mode.read_only:
            options["postgresql_readonly"] = True
        if mode.isolation:
            options["isolation_level"] = mode.isolation
        return options

    def is_conflict(self, error: BaseException) -> bool:
        return _state(error) in _CONFLICTS

    def ends_transaction(self, error: BaseException, connection: Any) -> bool:
        # After any error PostgreSQL ignores what follows, and turns COMMIT into ROLLBACK without a
        # word: https://www.postgresql.org/docs/current/sql-commit.html
        return True


def _state(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    return None if state is None else str(state)
