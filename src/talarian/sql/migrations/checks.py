"""Check constraints of columns, which Alembic does not write into revisions; those of tables it
does."""

from collections.abc import Iterator, Sequence
from typing import Any

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Column

from .operations import Operation


def with_checks(operations: Sequence[Operation]) -> list[Operation]:
    """Add the check constraints of new columns, as those of their tables."""
    found: list[Operation] = []
    for operation in operations:
        match operation:
            case ops.CreateTableOp():
                columns = [it for it in operation.columns if isinstance(it, Column)]
                checks = [check for column in columns for check in _checks(column)]
                operation.columns = [*operation.columns, *checks]
                found.append(operation)
            case ops.ModifyTableOps():
                operation.ops = with_checks(operation.ops)
                found.append(operation)
            case ops.AddColumnOp():
                found.append(operation)
                for check in _checks(operation.column):
                    found.append(
                        ops.CreateCheckConstraintOp(
                            check.name,
                            operation.table_name,
                            check.sqltext,
                            schema=operation.schema,
                        )
                    )
            case _:
                found.append(operation)
    return found


def _checks(column: Column[Any]) -> Iterator[CheckConstraint]:
    for constraint in column.constraints:
        if isinstance(constraint, CheckConstraint) and not getattr(
            constraint, "_type_bound", False
        ):
            yield CheckConstraint(constraint.sqltext, name=constraint.name)
