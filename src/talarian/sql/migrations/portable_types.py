"""Types of your own, as the types that the databases see: a revision that was made on one kind of
database is right on the others, and still is when your class has changed."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.mysql.base import MySQLDialect
from sqlalchemy.dialects.mysql.mariadb import MariaDBDialect
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Render = Callable[[TypeEngine[Any]], str]


def portable(item: TypeDecorator[Any], connected: Dialect, render: Render) -> str:
    """Return the code of a type that is on each kind of database what `item` is there.

    Args:
        item: The type of a column.
        connected: The database that is there. It may know more of itself than its kind.
        render: Returns the code of a type of SQLAlchemy's.
    """
    used: dict[str, list[str]] = {}
    for kind in _KINDS:
        found = _stored(item, kind, connected)
        if found is not None:
            used.setdefault(render(found), []).append(kind.name)
    usual = max(used, key=lambda code: len(used[code]))
    others = {code: names for code, names in used.items() if code != usual}
    return usual + "".join(
        f".with_variant({code}, {', '.join(map(repr, names))})" for code, names in others.items()
    )


def _stored(item: TypeDecorator[Any], kind: Dialect, connected: Dialect) -> TypeEngine[Any] | None:
    """What a type is on a kind of database; None if it is for others only."""
    try:
        return _unwrapped(item, kind)
    except Exception:  # the user's code may raise anything for a database that it was not made for
        return _unwrapped(item, connected) if kind.name == connected.name else None


def _unwrapped(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    while isinstance(kind, TypeDecorator):
        kind = kind.load_dialect_impl(dialect)
    return kind


def _plain(dialect: Dialect) -> Dialect:
    """Let a dialect leave types as they were written, and not make those of its driver of them."""
    dialect.colspecs = {}
    return dialect


_KINDS = (
    _plain(SQLiteDialect()),
    _plain(PGDialect()),  # type: ignore[no-untyped-call]
    _plain(MySQLDialect()),
    _plain(MariaDBDialect()),
)
