"""Operations as Python code for a revision file."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any, Literal

from alembic.autogenerate import render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.autogenerate.render import _repr_type
from alembic.operations import ops
from sqlalchemy import Enum
from sqlalchemy.sql import functions
from sqlalchemy.sql.elements import False_, True_
from sqlalchemy.types import TypeDecorator

from .comparing import Comparison
from .enum_operations import EnumOperation, is_named
from .layout import indented
from .portable_types import portable

# Alembic would write these as this database spells them, which others may not understand.
_SAME_EVERYWHERE: Mapping[type, str] = {
    True_: "sa.true()",
    False_: "sa.false()",
    functions.now: "sa.func.now()",
    functions.current_timestamp: "sa.func.current_timestamp()",
}

_ALEMBICS_COMMENT = re.compile(r"^\s*# ###.*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Code:
    """The bodies of a revision's two functions, and the imports that they need."""

    upgrade: str
    downgrade: str
    imports: Sequence[str]


def render(comparison: Comparison) -> Code:
    """Write operations as code.

    Tables are changed in batches: on SQLite that is a copy of the table, elsewhere it is a plain
    ALTER, so that one file is right for both.
    """
    renderer = _Renderer()
    upgrade = renderer.body(comparison, ops.UpgradeOps(list(comparison.upgrade)))
    downgrade = renderer.body(comparison, ops.DowngradeOps(list(comparison.downgrade)))
    code = f"{upgrade}\n{downgrade}"
    usual = {"import sqlalchemy as sa": "sa.", "from alembic import op": "op."}
    needed = [line for line, prefix in usual.items() if re.search(rf"\b{prefix}", code)]
    if renderer.helpers:
        needed.append(f"from talarian.sql.migrations import {', '.join(sorted(renderer.helpers))}")
    return Code(upgrade, downgrade, [*sorted(renderer.imports), *needed])


class _Renderer:
    """Alembic's rendering, with types as they are in the database."""

    def __init__(self) -> None:
        self.imports: set[str] = set()
        self.helpers: set[str] = set()

    def body(self, comparison: Comparison, operations: ops.UpgradeOps | ops.DowngradeOps) -> str:
        self._context: AutogenContext | None = None
        text = render_python_code(
            operations,
            render_as_batch=True,
            render_item=self._item,
            migration_context=comparison.context,
        )
        if self._context is not None:
            self.imports |= self._context.imports
        self.helpers |= {it.function for it in operations.ops if isinstance(it, EnumOperation)}
        text = _ALEMBICS_COMMENT.sub("", text).replace(", schema=None)", ")")
        # Alembic indents all lines but the first, as the template will have it again.
        return indented(dedent(f"    {text.strip()}"), 1).strip()

    def _item(self, kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
        self._context = context
        if kind == "server_default":
            return _SAME_EVERYWHERE.get(type(getattr(item, "arg", None)), False)
        if kind != "type":
            return False
        if isinstance(item, TypeDecorator):
            # Not your own class, which will have changed when this runs again in two years.
            return portable(item, context.dialect, lambda kind: str(_repr_type(kind, context)))
        return _enum(item) if is_named(item) else False


def _enum(item: Enum) -> str:
    """The type is created by the revision itself, once for all tables that use it."""
    parts = [*map(repr, item.enums), f"name={str(item.name)!r}"]
    if item.schema is not None:
        parts.append(f"schema={str(item.schema)!r}")
    if item.create_constraint:
        parts.append("create_constraint=True")
    return f"sa.Enum({', '.join([*parts, 'create_type=False'])})"
