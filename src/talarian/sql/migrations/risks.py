"""What a person has to look at before a revision runs on data that matters."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Dialect

from .enum_operations import ChangeEnumOp
from .narrowing import loss
from .operations import Operation, created_tables, flat, table_of
from .renames import column_renames, table_renames
from .wording import type_name


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that may lose data, fail on data that is there, or stop others from working.

    Args:
        kind: Which of these: `drop`, `rename`, `narrower`, `not-null`, `unique`, `reference`,
            `enum`, `unnamed`, `lock`.
        where: The table, or table and column.
        what: What may happen.
        advice: What to do about it.
    """

    kind: str
    where: str
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.advice}"


class Schema:
    """What is known of the database and of the revision as a whole.

    Args:
        operations: All operations of the revision.
        dialect: The database.
        rows: About how many rows a table has, by its name; `None` if that is not known.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        dialect: Dialect,
        rows: Callable[[str], int | None],
    ) -> None:
        self.operations = operations
        self.dialect = dialect
        self.new_tables = created_tables(operations)
        self._rows = rows
        self._new_columns = {
            (table_of(operation), operation.column.name): operation.column
            for operation in flat(operations)
            if isinstance(operation, ops.AddColumnOp)
        }

    def size(self, table: str) -> str:
        """The size of a table in words."""
        rows = self._rows(table)
        return "number of rows unknown" if rows is None else f"about {rows:,} rows here"

    def is_empty_column(self, table: str, columns: Sequence[str]) -> bool:
        """Whether one of these columns is new and NULL in every row that is there."""
        found = [self._new_columns.get((table, name)) for name in columns]
        return any(
            column is not None and column.nullable and column.server_default is None
            for column in found
        )

    def is_replaced(self, operation: ops.DropConstraintOp) -> bool:
        """Whether a constraint of the same name comes again in the same revision."""
        return any(
            isinstance(other, ops.AddConstraintOp)
            and getattr(other, "constraint_name", None) == operation.constraint_name
            for other in flat(self.operations)
        )


def risks(schema: Schema) -> Iterator[Risk]:
    """Find what is risky in a revision, on any database."""
    yield from _renames(schema)
    for operation in flat(schema.operations):
        table = table_of(operation) or ""
        if table not in schema.new_tables:
            yield from _of_operation(operation, table, schema)


def _renames(schema: Schema) -> Iterator[Risk]:
    for column in column_renames(schema.operations, schema.dialect):
        yield Risk(
            "rename",
            f"{column.table}.{column.old}",
            f"it is dropped, and {column.new} of the same type is added empty",
            "If it was renamed, write batch_op.alter_column("
            f"{column.old!r}, new_column_name={column.new!r}) instead of both; or delete this "
            f"file, and make it again with {column.option}",
        )
    for table in table_renames(schema.operations):
        yield Risk(
            "rename",
            table.old,
            f"it is dropped, and {table.new} with the same columns is created empty",
            f"If it was renamed, write op.rename_table({table.old!r}, {table.new!r}) instead of "
            f"both; or delete this file, and make it again with {table.option}",
        )


def _of_operation(operation: Operation, table: str, schema: Schema) -> Iterator[Risk]:
    match operation:
        case ops.DropTableOp():
            yield Risk(
                "drop",
                table,
                f"the table and everything in it is lost ({schema.size(table)})",
                "If there is a model for it, its module is not imported by the application",
            )
        case ops.DropColumnOp():
            yield Risk(
                "drop",
                f"{table}.{operation.column_name}",
                f"the column and everything in it is lost ({schema.size(table)})",
                "Code that still runs while this is deployed must not read it any more",
            )
        case ops.DropConstraintOp():
            yield from _dropped_constraint(operation, table, schema)
        case ops.AddColumnOp():
            yield from _added_column(operation.column, table, schema)
        case ops.AlterColumnOp():
            yield from _altered_column(operation, table, schema)
        case ops.CreateUniqueConstraintOp():
            yield from _unique(table, operation.columns, schema)
        case ops.CreateIndexOp() if operation.unique:
            names = [str(getattr(it, "name", it)) for it in operation.columns]
            yield from _unique(table, names, schema)
        case ops.CreateForeignKeyOp() if not schema.is_empty_column(table, operation.local_cols):
            yield Risk(
                "reference",
                f"{table}.{', '.join(operation.local_cols)}",
                f"this fails while a row refers to a {operation.referent_table} that is not there",
                "Correct or delete such rows first, in this revision or before it",
            )
        case ChangeEnumOp():
            yield _enum(operation)
        case _:
            pass


def _dropped_constraint(
    operation: ops.DropConstraintOp, table: str, schema: Schema
) -> Iterator[Risk]:
    if not operation.constraint_name:
        yield Risk(
            "unnamed",
            table,
            "a constraint without a name cannot be dropped",
            "Find out how the database calls it, and write that name into the revision",
        )
    elif not schema.is_replaced(operation):
        yield Risk(
            "drop",
            table,
            f"the database no longer guarantees {operation.constraint_name}",
            "Code that relies on it must check for itself",
        )


def _added_column(column: Column[Any], table: str, schema: Schema) -> Iterator[Risk]:
    if column.nullable or column.server_default is not None or column.computed is not None:
        return
    happens = "this fails while the table has rows"
    if schema.dialect.name in ("mysql", "mariadb"):
        happens = "rows that are there get an empty text or a zero"
    place = f"{table}.{column.name}"
    yield Risk(
        "not-null",
        place,
        f"a new column that must not be NULL, without a server default: {happens} "
        f"({schema.size(table)})",
        'Add it as nullable, fill it with op.execute("UPDATE …"), then alter it to NOT NULL; or '
        "give it a server_default",
    )


def _altered_column(operation: ops.AlterColumnOp, table: str, schema: Schema) -> Iterator[Risk]:
    place = f"{table}.{operation.column_name}"
    before, after = operation.existing_type, operation.modify_type
    if before is not None and after is not None and (what := loss(before, after)):
        was, becomes = type_name(before, schema.dialect), type_name(after, schema.dialect)
        yield Risk(
            "narrower",
            place,
            f"from {was} to {becomes}, {what}: this fails or loses them ({schema.size(table)})",
            "Look for such values and correct them first",
        )
    if operation.modify_nullable is False:
        yield Risk(
            "not-null",
            place,
            f"this fails while a row has NULL there ({schema.size(table)})",
            f'Fill it first: op.execute("UPDATE {table} SET {operation.column_name} = … WHERE '
            f'{operation.column_name} IS NULL")',
        )


def _unique(table: str, columns: Sequence[str], schema: Schema) -> Iterator[Risk]:
    if not schema.is_empty_column(table, columns):
        yield Risk(
            "unique",
            f"{table}.{', '.join(columns)}",
            f"this fails while two rows have the same ({schema.size(table)})",
            "Look for duplicates and correct them first",
        )


def _enum(operation: ChangeEnumOp) -> Risk:
    if operation.removed or not operation.added:
        return Risk(
            "enum",
            operation.shown,
            "the type is made anew, its columns are rewritten under a lock, and this fails while "
            f"a row has {', '.join(map(repr, operation.removed)) or 'a value that is no more'}",
            f"Change such rows first. Columns: {', '.join(operation.columns)}",
        )
    return Risk(
        "enum",
        operation.shown,
        f"{', '.join(map(repr, operation.added))} can be used by the next revision, not by this "
        "one, and code that does not know it may read it",
        "Deploy code that can read it first. To go back rewrites the columns, and fails while a "
        "row has it",
    )
