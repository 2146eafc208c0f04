"""Operations that keep others from working while they run, on PostgreSQL with big tables.

https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import DefaultClause
from sqlalchemy.sql import sqltypes
from sqlalchemy.types import TypeEngine

from .operations import Operation, flat, table_of
from .risks import Risk, Schema

# Functions whose value is another one for each row: the table is rewritten.
_VOLATILE = ("random", "gen_random_uuid", "uuid_generate", "uuidv7", "clock_timestamp", "nextval")


def locks(schema: Schema) -> Iterator[Risk]:
    """Find what locks tables that have rows already."""
    if schema.dialect.name != "postgresql":
        return
    for operation in flat(schema.operations):
        table = table_of(operation) or ""
        if table not in schema.new_tables:
            for where, what, advice in _of_operation(operation, table, schema):
                yield Risk("lock", where, f"{what} ({schema.size(table)})", advice)


Found = tuple[str, str, str]
"""Where, what, advice."""


def _of_operation(operation: Operation, table: str, schema: Schema) -> Iterator[Found]:
    match operation:
        case ops.CreateIndexOp():
            yield (
                f"{table}, index {operation.index_name}",
                "nobody can write to the table while the index is built",
                "On a big table: with op.get_context().autocommit_block(): op.create_index(…, "
                "postgresql_concurrently=True), in a revision of its own",
            )
        case ops.CreateUniqueConstraintOp():
            yield (
                f"{table}, constraint {operation.constraint_name}",
                "nobody can read or write the table while its index is built",
                "On a big table: create a unique index with postgresql_concurrently=True, then "
                f'op.execute("ALTER TABLE {table} ADD CONSTRAINT {operation.constraint_name} '
                'UNIQUE USING INDEX …")',
            )
        case ops.CreateForeignKeyOp() if not schema.is_empty_column(table, operation.local_cols):
            yield (
                f"{table}, constraint {operation.constraint_name}",
                f"nobody can write to it or to {operation.referent_table} while all rows are "
                "checked",
                "On a big table: op.create_foreign_key(…, postgresql_not_valid=True), and in the "
                f'next revision op.execute("ALTER TABLE {table} VALIDATE CONSTRAINT '
                f'{operation.constraint_name}")',
            )
        case ops.AlterColumnOp():
            yield from _altered(operation, table)
        case ops.AddColumnOp() if _is_volatile(operation.column.server_default):
            yield (
                f"{table}.{operation.column.name}",
                "the table is rewritten, because its default is another value for each row; nobody "
                "can read or write it meanwhile",
                "On a big table: add it without the default, alter it to have the default, then "
                "fill the old rows in portions",
            )
        case _:
            pass


def _altered(operation: ops.AlterColumnOp, table: str) -> Iterator[Found]:
    place = f"{table}.{operation.column_name}"
    before, after = operation.existing_type, operation.modify_type
    if before is not None and after is not None and _rewrites(before, after):
        yield (
            place,
            "the table is rewritten for the new type; nobody can read or write it meanwhile",
            "On a big table: add a second column, fill it in portions, then change over",
        )
    if operation.modify_nullable is False:
        yield (
            place,
            "nobody can read or write the table while all rows are looked at for NULL",
            f'On a big table, before it: op.execute("ALTER TABLE {table} ADD CHECK '
            f'({operation.column_name} IS NOT NULL) NOT VALID"), and VALIDATE CONSTRAINT in a '
            "revision after that",
        )


def _rewrites(before: TypeEngine[Any], after: TypeEngine[Any]) -> bool:
    """A longer text, or one without a limit, is the same on disk."""
    if isinstance(before, sqltypes.String) and isinstance(after, sqltypes.String):
        return after.length is not None and (before.length is None or before.length > after.length)
    return True


def _is_volatile(default: Any) -> bool:
    if not isinstance(default, DefaultClause):
        return False
    text = str(default.arg).lower()
    return any(name in text for name in _VOLATILE)
