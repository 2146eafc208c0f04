"""Changes of a type that PostgreSQL makes only if it is told how."""

from collections.abc import Sequence

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Dialect, String, make_url
from sqlalchemy.types import TypeEngine

from .operations import Operation

_POSTGRESQL: Dialect = make_url("postgresql://").get_dialect()()
_PLAIN = ops.AlterColumnOp("", "")


class ConvertColumnOp(ops.AlterColumnOp):
    """A change of a type with the expression that converts the values; others ignore that."""

    @property
    def using(self) -> str | None:
        """The expression; `None` where PostgreSQL converts by itself."""
        before, after = self.existing_type, self.modify_type
        if before is None or after is None or isinstance(after, String):
            return None
        if before._type_affinity is after._type_affinity:
            return None
        column = _POSTGRESQL.identifier_preparer.quote(self.column_name)
        return f"CAST({column} AS {_name(after)})"

    def reverse(self) -> ops.AlterColumnOp:
        return converting(super().reverse())


def converting(operation: ops.AlterColumnOp) -> ops.AlterColumnOp:
    """The same operation, which says how to convert."""
    changed = ConvertColumnOp(operation.table_name, operation.column_name)
    vars(changed).update(vars(operation))
    return changed


def with_conversions(operations: Sequence[Operation]) -> list[Operation]:
    """Let every change of a type say how to convert."""
    found: list[Operation] = []
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            operation.ops = with_conversions(operation.ops)
        if type(operation) is ops.AlterColumnOp and operation.modify_type is not None:
            operation = converting(operation)
        found.append(operation)
    return found


@renderers.dispatch_for(ConvertColumnOp)
def _render(context: AutogenContext, operation: ConvertColumnOp) -> str:
    text: str = renderers.dispatch(_PLAIN)(context, operation)
    if operation.using is None:
        return text
    return f"{text.removesuffix(')')},\npostgresql_using={operation.using!r})"


def _name(kind: TypeEngine[object]) -> str:
    return str(kind.compile(dialect=_POSTGRESQL))
