"""Where an application is created and configured: lines of its modules, not of its functions."""

import ast
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from .finding import Place
from .sources import Sources
from .syntax import is_name


class Origin:
    """Looks for an application in the modules that may create it."""

    def __init__(self, app: Any, modules: Iterable[str], sources: Sources) -> None:
        self._app = app
        self._modules = tuple(dict.fromkeys(modules))
        self._sources = sources

    def created(self) -> Place | None:
        """Where a module assigns the application to a name, at its top level."""
        for module, file, tree in self._trees():
            names = [name for name, value in vars(module).items() if value is self._app]
            for node in tree.body:
                match node:
                    case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
                        if is_name(target, names):
                            return Place.at(file, node.lineno)
                    case _:
                        pass
        return None

    def mention(self, name: str) -> Place | None:
        """Where a module first calls `name`, or calls something with it as an argument."""
        for _, file, tree in self._trees():
            for node in ast.walk(tree):
                match node:
                    case ast.Call(func=function, args=arguments):
                        if any(_ends_in(part, name) for part in (function, *arguments)):
                            return Place.at(file, node.lineno)
                    case _:
                        pass
        return None

    def _trees(self) -> Iterator[tuple[Any, str, ast.Module]]:
        for name in self._modules:
            module = sys.modules.get(name)
            file = getattr(module, "__file__", None)
            tree = self._sources.tree(file) if file is not None else None
            if file is not None and tree is not None:
                yield module, file, tree


def _ends_in(part: ast.expr, name: str) -> bool:
    return is_name(part, [name]) or (isinstance(part, ast.Attribute) and part.attr == name)
