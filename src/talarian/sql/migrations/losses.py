"""What a revision's way back destroys, as far as its code shows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_DELETES = re.compile(r"\b(DROP\s+(TABLE|COLUMN)|DELETE\s+FROM|TRUNCATE)\b", re.IGNORECASE)


def losses(path: Path) -> list[str]:
    """The tables and columns that `downgrade()` in a revision file drops, and its SQL that deletes.

    Args:
        path: The file.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        loss
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name == "downgrade"
        for loss in _in(function, None)
    ]


def _in(node: ast.AST, table: str | None) -> Iterator[str]:
    """Look at one statement after the other, knowing the table of the batch that it is in."""
    for child in ast.iter_child_nodes(node):
        here = table
        if isinstance(child, ast.With):
            here = _table_of_batch(child) or table
        if isinstance(child, ast.Call):
            yield from _of_call(child, table)
        yield from _in(child, here)


def _table_of_batch(block: ast.With) -> str | None:
    for item in block.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and _function(call) == "batch_alter_table":
            return next(_texts(call), None)
    return None


def _of_call(call: ast.Call, table: str | None) -> Iterator[str]:
    texts = list(_texts(call))
    match _function(call):
        case "drop_table":
            yield f"table {texts[0] if texts else '…'}"
        case "drop_column":
            names = texts if table is None else [table, *texts]
            yield f"column {'.'.join(names[:2]) or '…'}"
        case "execute":
            yield from (f"what this deletes: {text}" for text in texts if _DELETES.search(text))
        case _:
            pass


def _function(call: ast.Call) -> str | None:
    return call.func.attr if isinstance(call.func, ast.Attribute) else None


def _texts(call: ast.Call) -> Iterator[str]:
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, ast.Call):  # op.execute(sa.text("…"))
            yield from _texts(argument)
