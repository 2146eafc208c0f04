"""Alembic's comparison of server defaults, where ours knows better (`defaults`)."""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Column, DefaultClause, Dialect

from .defaults import differ

PLUGIN = "talarian.server_defaults"


def _compare(
    context: AutogenContext,
    operation: ops.AlterColumnOp,
    schema: str | None,
    table: str,
    name: str,
    inspected: Column[Any],
    declared: Column[Any],
) -> PriorityDispatchResult:
    """Compare two defaults that are values; what is computed is left to Alembic."""
    before, after = inspected.server_default, declared.server_default
    defaults = [it for it in (before, after) if it is not None]
    if not defaults or not all(isinstance(it, DefaultClause) for it in defaults):
        return PriorityDispatchResult.CONTINUE
    dialect = context.dialect
    verdict = differ(_text(before, dialect), _text(after, dialect), declared, dialect.name)
    if verdict is None:
        return PriorityDispatchResult.CONTINUE
    operation.existing_server_default = before
    if verdict:
        operation.modify_server_default = after
    return PriorityDispatchResult.STOP


def _text(default: Any, dialect: Dialect) -> str | None:
    """A default as SQL."""
    if default is None or isinstance(default.arg, str):
        return None if default is None else default.arg
    return str(default.arg.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


Plugin(PLUGIN).add_autogenerate_comparator(
    _compare, "column", "server_default", priority=DispatchPriority.FIRST
)
