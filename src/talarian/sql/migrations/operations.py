"""Operations of a revision, as Alembic finds them: in one list, and in an order that works."""

from collections.abc import Iterator, Sequence

from alembic.operations import ops
from sqlalchemy.types import TypeEngine

Operation = ops.MigrateOperation


def flat(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Every operation, without the groups by table."""
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            yield from flat(operation.ops)
        else:
            yield operation


def full_name(table: str, schema: str | None) -> str:
    """A table's name, with its schema if it is not in the default one."""
    return table if schema is None else f"{schema}.{table}"


def table_of(operation: Operation) -> str | None:
    """The name of the table that an operation is about."""
    table: str | None = getattr(operation, "table_name", None)
    source: str | None = getattr(operation, "source_table", None)
    name = table or source
    schema = getattr(operation, "schema", None) or getattr(operation, "source_schema", None)
    return None if name is None else full_name(name, schema)


def created_tables(operations: Sequence[Operation]) -> set[str]:
    """The tables that are new."""
    return {
        full_name(operation.table_name, operation.schema)
        for operation in flat(operations)
        if isinstance(operation, ops.CreateTableOp)
    }


def column_types(operations: Sequence[Operation]) -> Iterator[TypeEngine[object]]:
    """The types of all columns that are added or dropped, or changed to."""
    for operation in flat(operations):
        match operation:
            case ops.CreateTableOp() | ops.DropTableOp():
                yield from (column.type for column in operation.to_table().columns)
            case ops.AddColumnOp():
                yield operation.column.type
            case ops.DropColumnOp():
                yield operation.to_column().type
            case ops.AlterColumnOp() if operation.modify_type is not None:
                yield operation.modify_type
            case _:
                pass


def arranged(operations: Sequence[Operation]) -> list[Operation]:
    """Put operations into an order in which no one needs what another has taken away.

    - New tables first, dropped ones last: what refers to those is changed in between.
    - A column gets its other name before something else uses that.
    - A foreign key goes before the index that it needs (MySQL asks for that).
    - Indexes of a table that is dropped go with it.
    """
    dropped = {
        table_of(operation) for operation in operations if isinstance(operation, ops.DropTableOp)
    }
    kept = list(_without_indexes_of(operations, dropped))
    for operation in kept:
        if isinstance(operation, ops.ModifyTableOps):
            operation.ops.sort(key=lambda inner: not _drops_foreign_key(inner))
    return sorted(kept, key=_turn)


def _turn(operation: Operation) -> int:
    if isinstance(operation, ops.ModifyTableOps) and any(map(_renames, operation.ops)):
        return 0
    return 2 if isinstance(operation, ops.DropTableOp) else 1


def _renames(operation: Operation) -> bool:
    return isinstance(operation, ops.AlterColumnOp) and operation.modify_name is not None


def _without_indexes_of(
    operations: Sequence[Operation], dropped: set[str | None]
) -> Iterator[Operation]:
    for operation in operations:
        if table_of(operation) in dropped:
            if isinstance(operation, ops.ModifyTableOps):
                operation.ops = list(_without_indexes_of(operation.ops, dropped))
                if not operation.ops:
                    continue
            elif isinstance(operation, ops.DropIndexOp):
                continue
        yield operation


def _drops_foreign_key(operation: Operation) -> bool:
    return isinstance(operation, ops.DropConstraintOp) and (
        operation.constraint_type == "foreignkey"
        or isinstance(operation._reverse, ops.CreateForeignKeyOp)
    )
