"""Renames that somebody has confirmed: operations instead of a drop and an addition."""

from collections.abc import Sequence

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Column

from .errors import MigrationError
from .operations import Operation, full_name, table_of


class RenameColumnOp(ops.AlterColumnOp):
    """A column with another name."""

    def __init__(self, table: str, schema: str | None, column: Column[object], new: str) -> None:
        super().__init__(
            table,
            column.name,
            schema=schema,
            existing_type=column.type,
            existing_nullable=column.nullable,
            modify_name=new,
        )
        self._column = column

    def reverse(self) -> ops.AlterColumnOp:
        assert self.modify_name is not None
        before = Column(self.modify_name, self._column.type, nullable=self._column.nullable)
        return RenameColumnOp(self.table_name, self.schema, before, self.column_name)


class RenameTableOp(ops.RenameTableOp):
    """A table with another name."""

    def reverse(self) -> Operation:
        return RenameTableOp(self.new_table_name, self.table_name, schema=self.schema)


@renderers.dispatch_for(RenameTableOp)
def _render_rename(context: AutogenContext, operation: RenameTableOp) -> str:
    schema = "" if operation.schema is None else f", schema={operation.schema!r}"
    return f"op.rename_table({operation.table_name!r}, {operation.new_table_name!r}{schema})"


def renamed(operations: Sequence[Operation], names: Sequence[str]) -> list[Operation]:
    """Turn what was dropped and added into what was renamed.

    Args:
        operations: As Alembic finds them.
        names: `table.old=new` for a column, `old=new` for a table.

    Raises:
        MigrationError: When nothing was dropped and added with these names.
    """
    found = list(operations)
    for written in names:
        old, _, new = written.partition("=")
        if not (_rename_column(found, old, new) or _rename_table(found, old, new)):
            raise MigrationError(
                f"--rename {written}: the models do not drop {old} and add "
                f"{new or 'something'} instead. Write --rename table.old_column=new_column, or "
                "--rename old_table=new_table."
            )
    return found


def _rename_column(operations: list[Operation], old: str, new: str) -> bool:
    table, _, name = old.rpartition(".")
    for group in operations:
        if isinstance(group, ops.ModifyTableOps) and _name_of(group) == table:
            added = [it for it in group.ops if _adds(it, new)]
            for operation in group.ops:
                if isinstance(operation, ops.DropColumnOp) and operation.column_name == name:
                    if not added:
                        return False
                    column = operation.to_column()
                    rename = RenameColumnOp(group.table_name, group.schema, column, new)
                    group.ops = [it for it in group.ops if it not in (operation, added[0])]
                    # Before all that names the column as it is called from now on.
                    before = ops.ModifyTableOps(group.table_name, [rename], schema=group.schema)
                    operations.insert(operations.index(group), before)
                    return True
    return False


def _adds(operation: Operation, column: str) -> bool:
    return isinstance(operation, ops.AddColumnOp) and operation.column.name == column


def _rename_table(operations: list[Operation], old: str, new: str) -> bool:
    gone = [it for it in operations if isinstance(it, ops.DropTableOp) and table_of(it) == old]
    added = [it for it in operations if isinstance(it, ops.CreateTableOp) and it.table_name == new]
    if not (gone and added):
        return False
    schema = gone[0].schema
    operations.remove(added[0])
    operations.remove(gone[0])
    operations.insert(0, RenameTableOp(gone[0].table_name, new, schema=schema))
    _keep_references(operations, full_name(new, schema))
    for operation in operations:
        if isinstance(operation, (ops.ModifyTableOps, ops.DropIndexOp)):
            _name_table(operation, old, new)
    return True


def _name_table(operation: ops.ModifyTableOps | ops.DropIndexOp, old: str, new: str) -> None:
    """Let what drops indexes of the table call it by its other name."""
    if table_of(operation) == old:
        operation.table_name = new
    for inner in operation.ops if isinstance(operation, ops.ModifyTableOps) else ():
        if isinstance(inner, ops.DropIndexOp):
            _name_table(inner, old, new)


def _keep_references(operations: list[Operation], table: str) -> None:
    """Foreign keys follow a table to its new name by themselves."""
    for group in operations:
        if isinstance(group, ops.ModifyTableOps):
            again = [it for it in group.ops if _refers_to(it, table)]
            columns = [it.local_cols for it in again if isinstance(it, ops.CreateForeignKeyOp)]
            group.ops = [
                it
                for it in group.ops
                if it not in again
                and not (
                    isinstance(it, ops.DropConstraintOp)
                    and isinstance(before := it._reverse, ops.CreateForeignKeyOp)
                    and before.local_cols in columns
                )
            ]
    operations[:] = [it for it in operations if not isinstance(it, ops.ModifyTableOps) or it.ops]


def _refers_to(operation: Operation, table: str) -> bool:
    return isinstance(operation, ops.CreateForeignKeyOp) and table == full_name(
        operation.referent_table, operation.kw.get("referent_schema")
    )


def _name_of(group: ops.ModifyTableOps) -> str:
    return full_name(group.table_name, group.schema)
