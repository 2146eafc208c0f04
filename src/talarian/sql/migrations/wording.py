"""Operations in words."""

from collections.abc import Iterator, Sequence
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Dialect
from sqlalchemy.exc import CompileError, UnsupportedCompilationError
from sqlalchemy.types import TypeEngine

from .enum_operations import ChangeEnumOp, CreateEnumOp, DropEnumOp
from .operations import Operation, flat, table_of


def in_words(operations: Sequence[Operation], dialect: Dialect) -> list[str]:
    """Say what each operation does, a line for each."""
    return [line for operation in flat(operations) for line in _words(operation, dialect)]


def type_name(kind: TypeEngine[Any], dialect: Dialect) -> str:
    """A type as this database calls it."""
    try:
        return str(kind.compile(dialect=dialect))
    except (CompileError, UnsupportedCompilationError):
        return repr(kind)


def _words(operation: Operation, dialect: Dialect) -> Iterator[str]:
    table = table_of(operation)
    match operation:
        case ops.CreateTableOp():
            columns = ", ".join(column.name for column in operation.to_table().columns)
            yield f"create table {table} ({columns})"
        case ops.DropTableOp():
            yield f"drop table {table}"
        case ops.RenameTableOp():
            yield f"rename table {table} to {operation.new_table_name}"
        case ops.AddColumnOp():
            yield f"add column {table}.{_column(operation.column, dialect)}"
        case ops.DropColumnOp():
            yield f"drop column {table}.{operation.column_name}"
        case ops.AlterColumnOp():
            yield from _alterations(f"{table}.{operation.column_name}", operation, dialect)
        case ops.CreateIndexOp():
            unique = "unique index" if operation.unique else "index"
            columns = ", ".join(str(getattr(it, "name", it)) for it in operation.columns)
            yield f"create {unique} {operation.index_name} on {table} ({columns})"
        case ops.DropIndexOp():
            yield f"drop index {operation.index_name} on {table}"
        case ops.CreateUniqueConstraintOp():
            columns = ", ".join(operation.columns)
            yield f"add unique constraint {operation.constraint_name} on {table} ({columns})"
        case ops.CreateForeignKeyOp():
            columns = ", ".join(operation.local_cols)
            yield (
                f"add foreign key {operation.constraint_name} from {table} ({columns}) "
                f"to {operation.referent_table} ({', '.join(operation.remote_cols)})"
            )
        case ops.AddConstraintOp():
            yield f"add {operation.constraint_type} {_name(operation)} on {table}"
        case ops.DropConstraintOp():
            kind = _KINDS.get(operation.constraint_type or "", "constraint")
            yield f"drop {kind} {_name(operation)} on {table}"
        case CreateEnumOp():
            labels = ", ".join(operation.labels)
            yield f"create enum type {operation.shown} ({labels}){_where(dialect)}"
        case DropEnumOp():
            yield f"drop enum type {operation.shown}"
        case ChangeEnumOp():
            changes = [f"without {label!r}" for label in operation.removed]
            changes += [f"with {label!r}" for label in operation.added] or ["in another order"]
            yield f"change enum type {operation.shown}: {', '.join(changes)}"
        case ops.CreateTableCommentOp() | ops.DropTableCommentOp():
            yield f"change the comment of table {table}"
        case _:
            yield f"{type(operation).__name__} on {table}"


def _where(dialect: Dialect) -> str:
    return "" if dialect.name == "postgresql" else ", on PostgreSQL"


_KINDS = {
    "foreignkey": "foreign key",
    "unique": "unique constraint",
    "check": "check constraint",
    "primary": "primary key",
}


def _alterations(place: str, operation: ops.AlterColumnOp, dialect: Dialect) -> Iterator[str]:
    if operation.modify_type is not None:
        before = operation.existing_type
        was = "" if before is None else f" from {type_name(before, dialect)}"
        yield f"change type of {place}{was} to {type_name(operation.modify_type, dialect)}"
    if operation.modify_nullable is not None:
        yield f"{place} {'may be' if operation.modify_nullable else 'must not be'} NULL"
    if operation.modify_server_default is not False:
        default = operation.modify_server_default
        change = "drop" if default is None else "change"
        yield f"{change} server default of {place}{_default(default)}"
    if operation.modify_comment is not False:
        yield f"change the comment of {place}"
    if operation.modify_name is not None:
        yield f"rename column {place} to {operation.modify_name}"


def _column(column: Column[Any], dialect: Dialect) -> str:
    null = "" if column.nullable else " NOT NULL"
    return f"{column.name} {type_name(column.type, dialect)}{null}{_default(column.server_default)}"


def _default(default: Any) -> str:
    """A server default, which is a text, an SQL expression, or a clause around one of them."""
    if default is None:
        return ""
    value = getattr(default, "arg", default)
    return f" default {getattr(value, 'text', value)}"


def _name(operation: ops.AddConstraintOp | ops.DropConstraintOp) -> str:
    name: object = getattr(operation, "constraint_name", None)
    return str(name) if name else "without a name"
