"""The source of functions as syntax trees. Each file is read and parsed at most once."""

import ast
import builtins
import inspect
import linecache
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from talarian.engine.ground.callables import unwrap

from .finding import Place

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function that an application calls, with its syntax tree."""

    function: Any
    """A `FunctionType`, which type checkers would bind like a method."""
    node: FunctionNode

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset(_parameters(self.node.args))

    def place(self, node: ast.AST | None = None) -> Place:
        """Where a node of this function is written; the function itself without one."""
        file = self.function.__code__.co_filename
        return Place.at(file, getattr(node or self.node, "lineno", self.node.lineno))

    def resolve(self, expression: ast.expr) -> Any:
        """Return the object that a name, or a dotted name, means in this function.

        `None` when it cannot be known at rest: a local variable, a call, an attribute computed.
        """
        match expression:
            case ast.Name(id=name):
                return self._variable(name)
            case ast.Attribute(value=value, attr=attribute):
                owner = self.resolve(value)
                # A module may import its names when they are first asked for.
                find = getattr if isinstance(owner, ModuleType) else inspect.getattr_static
                return None if owner is None else find(owner, attribute, None)
            case _:
                return None

    def _variable(self, name: str) -> Any:
        code = self.function.__code__
        if name in code.co_freevars:
            cell = self.function.__closure__[code.co_freevars.index(name)]
            try:
                return cell.cell_contents
            except ValueError:  # not filled yet
                return None
        if name in code.co_varnames or name in code.co_cellvars:
            return None
        return self.function.__globals__.get(name, getattr(builtins, name, None))


class Sources:
    """Finds functions in their files."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module | None] = {}
        self._functions: dict[str, dict[tuple[int, str], FunctionNode]] = {}

    def function(self, call: Any) -> Function | None:
        """Return the function behind a callable; `None` if it is not written in Python."""
        function = definition(call)
        if function is None:
            return None
        code = function.__code__
        file = code.co_filename
        if file not in self._functions:
            tree = self.tree(file)
            nodes = _functions(tree.body) if tree is not None else ()
            self._functions[file] = {(_first_line(node), node.name): node for node in nodes}
        node = self._functions[file].get((code.co_firstlineno, code.co_name))
        return None if node is None else Function(function, node)

    def tree(self, file: str) -> ast.Module | None:
        """Return the syntax tree of a file; `None` if it cannot be read."""
        if file not in self._trees:
            text = "".join(linecache.getlines(file))
            try:
                self._trees[file] = ast.parse(text) if text else None
            except SyntaxError:  # the file has changed since it was imported
                self._trees[file] = None
        return self._trees[file]


def definition(call: Any) -> FunctionType | None:
    """Return the function that runs when `call` is called; a class runs its `__init__`."""
    target = unwrap(call)
    if inspect.ismethod(target):
        target = target.__func__
    elif inspect.isclass(target):
        target = target.__init__
    elif not inspect.isroutine(target):
        target = unwrap(getattr(type(target), "__call__", None))  # noqa: B004 - the method itself
    return target if isinstance(target, FunctionType) else None


def place_of(call: Any) -> Place | None:
    """Where a callable is written, found without reading its file."""
    function = definition(call)
    if function is None:
        return None
    return Place.at(function.__code__.co_filename, function.__code__.co_firstlineno)


def mentions(call: Any, word: str) -> bool:
    """Whether the code of a callable has a word in one of its names or strings.

    This reads compiled code: it is how a rule finds out cheaply that it need not look closer.
    """
    function = definition(call)
    return function is not None and any(word in text.lower() for text in _words(function.__code__))


def _words(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    yield from code.co_varnames
    yield from code.co_freevars
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words(constant)
        elif isinstance(constant, str):
            yield constant


def _functions(block: Iterable[ast.AST]) -> Iterator[FunctionNode]:
    for node in block:
        if isinstance(node, FunctionNode):
            yield node
        for name in _BLOCKS:
            yield from _functions(getattr(node, name, ()))


def _first_line(node: FunctionNode) -> int:
    return min(node.lineno, *(decorator.lineno for decorator in node.decorator_list), node.lineno)


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
