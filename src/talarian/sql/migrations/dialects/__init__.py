"""What is particular about migrations on each kind of database."""

from collections.abc import Callable, Mapping

from sqlalchemy import URL

from .base import Dialect
from .mysql import MySQL
from .postgresql import PostgreSQL
from .sqlite import SQLite

__all__ = ["Dialect", "dialect_of"]

_DIALECTS: Mapping[str, Callable[[], Dialect]] = {
    "sqlite": SQLite,
    "postgresql": PostgreSQL,
    "mysql": MySQL,
    "mariadb": MySQL,
}


def dialect_of(url: URL) -> Dialect:
    """What is known of the kind of database in a URL."""
    return _DIALECTS[url.get_backend_name()]()
