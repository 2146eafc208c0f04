"""Names for constraints of models that have no naming convention, such as SQLModel's.

Each database would make names up in its own way, or give none, and what has no name cannot be
dropped later. https://alembic.sqlalchemy.org/en/latest/naming.html
"""

from collections.abc import Iterator, Sequence

from alembic.operations import ops
from sqlalchemy import Constraint, ForeignKeyConstraint, MetaData, Table, UniqueConstraint

from talarian.sql.models import NAMING_CONVENTION

from .operations import Operation, full_name


def has_convention(metadata: MetaData) -> bool:
    """Whether the models say how foreign keys are called; then they are left alone."""
    return "fk" in metadata.naming_convention


def with_convention(metadata: MetaData) -> MetaData:
    """The same tables, with names for all constraints."""
    if has_convention(metadata):
        return metadata
    named = MetaData(naming_convention=NAMING_CONVENTION, schema=metadata.schema)
    for table in metadata.tables.values():
        table.to_metadata(named)
    return named


def give_names(operations: Sequence[Operation], named: MetaData) -> list[Operation]:
    """Put the names into operations that create something."""
    return [_with_names(operation, named) for operation in operations]


def _with_names(operation: Operation, named: MetaData) -> Operation:
    match operation:
        case ops.ModifyTableOps():
            operation.ops = give_names(operation.ops, named)
        case ops.CreateTableOp():
            table = named.tables[full_name(operation.table_name, operation.schema)]
            return ops.CreateTableOp.from_table(table)
        case ops.CreateForeignKeyOp() if operation.constraint_name is None:
            table = named.tables[full_name(operation.source_table, operation.kw["source_schema"])]
            operation.constraint_name = _name_of(table, ForeignKeyConstraint, operation.local_cols)
        case ops.CreateUniqueConstraintOp() if operation.constraint_name is None:
            table = named.tables[full_name(operation.table_name, operation.schema)]
            operation.constraint_name = _name_of(table, UniqueConstraint, operation.columns)
        case _:
            pass
    return operation


def _name_of(table: Table, kind: type[Constraint], columns: Sequence[str]) -> str | None:
    for constraint in table.constraints:
        if isinstance(constraint, kind) and list(_columns_of(constraint)) == list(columns):
            return constraint.name if isinstance(constraint.name, str) else None
    return None


def _columns_of(constraint: Constraint) -> Iterator[str]:
    for column in getattr(constraint, "columns", ()):
        yield column.name
