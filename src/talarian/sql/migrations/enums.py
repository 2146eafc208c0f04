"""Enum types of PostgreSQL, which live beside the tables that use them.

Revision files call these three. On other databases, where an enum is part of its column, they do
nothing, so one file is right for all.
"""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import ENUM

_USERS = text("""
    SELECT count(*) FROM pg_attribute a JOIN pg_type t ON a.atttypid IN (t.oid, t.typarray)
    JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class c ON c.oid = a.attrelid
    WHERE t.typname = :name AND n.nspname = coalesce(:schema, current_schema())
    AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
""")

_DEFAULT = text("""
    SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE a.attrelid = cast(:table AS regclass) AND a.attname = :column
""")


def create_enum(name: str, labels: Sequence[str], schema: str | None = None) -> None:
    """Create an enum type, unless it is there already for another table.

    Args:
        name: The type.
        labels: Its values, in order.
        schema: Where it is, if not in the default schema.
    """
    if _is_postgresql():
        online = not op.get_context().as_sql
        ENUM(*labels, name=name, schema=schema).create(op.get_bind(), checkfirst=online)


def drop_enum(name: str, schema: str | None = None) -> None:
    """Drop an enum type, unless another column still uses it."""
    if not _is_postgresql():
        return
    online = not op.get_context().as_sql
    if online and op.get_bind().scalar(_USERS, {"name": name, "schema": schema}):
        return
    op.execute(f"DROP TYPE IF EXISTS {_quoted(name, schema)}")


def change_enum(
    name: str,
    old: Sequence[str],
    new: Sequence[str],
    columns: Sequence[str],
    schema: str | None = None,
) -> None:
    """Give an enum type other values.

    Values that are only added are added. Otherwise the type is made anew and the columns are
    converted, which rewrites their tables, and fails while a row has a value that is no more.

    Args:
        name: The type.
        old: Its values until now.
        new: Its values from now on, in order.
        columns: What uses it: `table.column` or `schema.table.column`.
        schema: Where it is, if not in the default schema.
    """
    if not _is_postgresql():
        return
    if [label for label in new if label in old] == list(old):
        _add_values(_quoted(name, schema), old, new)
    else:
        _replace(name, new, columns, schema)


def _add_values(enum: str, old: Sequence[str], new: Sequence[str]) -> None:
    for place, label in enumerate(new):
        if label not in old:
            where = f"AFTER {_literal(new[place - 1])}" if place else f"BEFORE {_literal(old[0])}"
            op.execute(text(f"ALTER TYPE {enum} ADD VALUE {_literal(label)} {where}"))


def _replace(name: str, new: Sequence[str], columns: Sequence[str], schema: str | None) -> None:
    enum, before = _quoted(name, schema), _quoted(f"{name}__old", schema)
    labels = ", ".join(map(_literal, new))
    op.execute(f"ALTER TYPE {enum} RENAME TO {_quoted(f'{name}__old', None)}")
    op.execute(text(f"CREATE TYPE {enum} AS ENUM ({labels})"))
    for written in columns:
        path, _, column = written.rpartition(".")
        namespace, _, table = path.rpartition(".")
        _convert(_quoted(table, namespace or None), column, enum)
    op.execute(f"DROP TYPE {before}")


def _convert(table: str, column: str, enum: str) -> None:
    """Change the type of one column. A default has the old type, so it is taken away meanwhile."""
    online = not op.get_context().as_sql
    quoted = _quoted(column, None)
    default: str | None = None
    if online:
        default = op.get_bind().scalar(_DEFAULT, {"table": table, "column": column})
    alter = f"ALTER TABLE {table} ALTER COLUMN {quoted}"
    if default is not None:
        op.execute(f"{alter} DROP DEFAULT")
    op.execute(text(f"{alter} TYPE {enum} USING CAST(CAST({quoted} AS text) AS {enum})"))
    if default is not None:
        value = default.rpartition("::")[0] or default
        op.execute(text(f"{alter} SET DEFAULT {_escaped(value)}"))


def _is_postgresql() -> bool:
    return op.get_context().dialect.name == "postgresql"


def _quoted(name: str, schema: str | None) -> str:
    quote = op.get_context().dialect.identifier_preparer.quote
    return quote(name) if schema is None else f"{quote(schema)}.{quote(name)}"


def _literal(label: str) -> str:
    return _escaped("'" + label.replace("'", "''") + "'")


def _escaped(sql: str) -> str:
    """`text()` takes a colon for the beginning of a parameter."""
    return sql.replace(":", "\\:")
