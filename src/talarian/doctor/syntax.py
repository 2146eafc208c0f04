"""Questions about the syntax tree of one function."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import FunctionType
from typing import Any, get_type_hints

from starlette.exceptions import HTTPException
from starlette.responses import Response

from .sources import Function

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield the nodes and everything below them that runs when they run."""
    for node in nodes:
        yield node
        if not isinstance(node, _SCOPES):
            yield from inside(ast.iter_child_nodes(node))


def body(function: Function) -> Iterator[ast.AST]:
    """Yield everything that runs when the function runs."""
    return inside(function.node.body)


def method_calls(nodes: Iterable[ast.AST]) -> Iterator[tuple[ast.expr, str, ast.Call]]:
    """Yield the receiver, the method's name and the call of each `receiver.method(...)`."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.value, node.func.attr, node


def is_name(node: ast.AST | None, names: Iterable[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def mentioned(node: ast.AST, names: Iterable[str]) -> bool:
    """Whether one of the names occurs anywhere in an expression or statement."""
    return any(is_name(found, names) for found in ast.walk(node))


@dataclass(frozen=True, slots=True)
class AroundYield:
    """What a generator function does once it goes on after its first `yield`, all going well."""

    value: ast.expr | None
    """What it yields."""
    after: list[ast.stmt]
    """The statements that then run."""
    contexts: list[ast.expr]
    """The context managers that are then left."""


def around_yield(function: Function) -> AroundYield | None:
    """Find the first `yield` of a function; `None` if there is none."""
    found = AroundYield(None, [], [])
    value = _descend(function.node.body, found)
    return None if value is None else AroundYield(value.value, found.after, found.contexts)


def _descend(block: list[ast.stmt], found: AroundYield) -> ast.Yield | None:
    for index, statement in enumerate(block):
        for node in inside([statement]):
            if isinstance(node, ast.Yield):
                _collect(statement, found)
                found.after.extend(block[index + 1 :])
                return node
    return None


def _collect(statement: ast.stmt, found: AroundYield) -> None:
    """Go on inside the compound statement that has the `yield` in one of its blocks."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        found.contexts.extend(item.context_expr for item in statement.items)
    blocks: list[list[ast.stmt]] = [
        block for name in ("body", "orelse", "finalbody") if (block := getattr(statement, name, []))
    ]
    for index, block in enumerate(blocks):
        if _descend(block, found) is not None:
            if isinstance(statement, ast.Try):
                found.after.extend(later for others in blocks[index + 1 :] for later in others)
            return


def returns(function: Function) -> Iterator[tuple[ast.Return, ast.expr]]:
    for node in body(function):
        if isinstance(node, ast.Return) and node.value is not None:
            yield node, node.value


def made_response(function: Function, value: ast.expr) -> ast.Call | None:
    """Return the call that makes the response which `value` certainly is, else `None`."""
    if isinstance(value, ast.Await):
        value = value.value
    if isinstance(value, ast.Call):
        return value if _makes_response(function.resolve(value.func)) else None
    if isinstance(value, ast.Name) and value.id not in function.parameters:
        made = [made_response(function, assigned) for assigned in _assigned(function, value.id)]
        return made[0] if made and None not in made else None
    return None


def _assigned(function: Function, name: str) -> list[ast.expr]:
    """Return what is assigned to a local variable; nothing if it is also bound in other ways."""
    values: list[ast.expr] = []
    bindings = 0
    for node in body(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                values.append(value)
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if (
                target == name
            ):
                values.append(value)
            case ast.Name(id=target, ctx=ast.Store()) if target == name:
                bindings += 1
            case _:
                pass
    return values if len(values) == bindings else []


def _makes_response(made: Any) -> bool:
    if isinstance(made, type):
        return issubclass(made, Response)
    if not isinstance(made, FunctionType):
        return False
    try:
        returned = get_type_hints(made).get("return")
    except (NameError, AttributeError, TypeError):  # names that only a type checker imports
        return False
    return isinstance(returned, type) and issubclass(returned, Response)


def raises_http_exception(function: Function, statement: ast.stmt) -> ast.Raise | None:
    """Return the `raise HTTPException` in a statement, unless a `try` there may catch it."""
    if isinstance(statement, (ast.Try, ast.TryStar, *_SCOPES)):
        return None
    if isinstance(statement, ast.Raise):
        return statement if _is_http_exception(function, statement.exc) else None
    for name in ("body", "orelse"):
        for inner in getattr(statement, name, ()):
            if (found := raises_http_exception(function, inner)) is not None:
                return found
    return None


def _is_http_exception(function: Function, raised: ast.expr | None) -> bool:
    if isinstance(raised, ast.Call):
        raised = raised.func
    kind = function.resolve(raised) if raised is not None else None
    return isinstance(kind, type) and issubclass(kind, HTTPException)
