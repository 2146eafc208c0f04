"""What was renamed, and looks like something dropped and something new."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from alembic.operations import ops
from sqlalchemy import Dialect, Table

from .operations import Operation, full_name
from .wording import type_name


@dataclass(frozen=True)
class ColumnRename:
    """A column that may have another name now."""

    table: str
    old: str
    new: str

    @property
    def option(self) -> str:
        return f"--rename {self.table}.{self.old}={self.new}"


@dataclass(frozen=True)
class TableRename:
    """A table that may have another name now."""

    old: str
    new: str
    schema: str | None

    @property
    def option(self) -> str:
        return f"--rename {full_name(self.old, self.schema)}={self.new}"


def column_renames(operations: Sequence[Operation], dialect: Dialect) -> Iterator[ColumnRename]:
    """Pairs of a dropped and a new column of the same type in one table; of several, those with
    the most similar names."""
    for group in operations:
        if not isinstance(group, ops.ModifyTableOps):
            continue
        added = {
            operation.column.name: type_name(operation.column.type, dialect)
            for operation in group.ops
            if isinstance(operation, ops.AddColumnOp)
        }
        for operation in group.ops:
            if isinstance(operation, ops.DropColumnOp):
                old = operation.column_name
                kind = type_name(operation.to_column().type, dialect)
                alike = [name for name, other in added.items() if other == kind]
                if alike:
                    new = max(alike, key=lambda name: _similarity(old, name))
                    del added[new]
                    yield ColumnRename(full_name(group.table_name, group.schema), old, new)


def table_renames(operations: Sequence[Operation]) -> Iterator[TableRename]:
    """Pairs of a dropped and a new table with the same columns."""
    tables = [it.to_table() for it in operations if isinstance(it, ops.CreateTableOp)]
    for operation in operations:
        if isinstance(operation, ops.DropTableOp):
            old = operation.to_table()
            for new in tables:
                if new.schema == old.schema and _columns(new) == _columns(old):
                    tables.remove(new)
                    yield TableRename(old.name, new.name, old.schema)
                    break


def _columns(table: Table) -> set[str]:
    return {column.name for column in table.columns}


def _similarity(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()
