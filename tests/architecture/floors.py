"""The floor laws as a checker: who may import whom, and how long a file may be.

It reads the syntax tree, so an import inside a function or under ``TYPE_CHECKING`` counts as much
as one at the top. The drawing of the floors is in ``docs/architecture.md``.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# A module may import from its own room and from rooms on lower floors. Two rooms on one floor
# don't know each other. A module belongs to the longest name here that begins its own.
FLOORS: Mapping[str, int] = {
    "talarian.engine.ground": 0,
    "talarian.engine.fields": 1,
    "talarian.engine.spec": 1,
    "talarian.engine.declare": 2,
    "talarian.engine.analyse": 3,
    "talarian.engine.paths": 3,
    "talarian.engine.compile": 4,
    "talarian.engine.describe": 4,
    "talarian.engine.serve": 5,
    "talarian.engine.app": 6,
    "talarian.engine": 7,
    # Observes the engine, which never knows it; the only room that imports OpenTelemetry.
    "talarian.telemetry": 7,
    # The names that users of Talarian import: thin modules such as talarian.responses.
    "talarian": 8,
    "talarian.compat": 8,
    "talarian.fastapi": 9,
    "talarian.hook": 10,
    # It reads Plans, which no public name shows.
    "talarian.doctor": 10,
    "talarian.cli": 11,
    # What `python -m` runs: the top of the house.
    "talarian.__main__": 12,
    "talarian.fastapi.__main__": 12,
}

# Which other batteries each battery may use. A battery is any other package under talarian/; it
# imports the public names and these, never the engine's rooms.
BATTERIES: Mapping[str, frozenset[str]] = {
    # It starts processes with the hook and without.
    "talarian.prove": frozenset({"talarian.hook"}),
    "talarian.browser": frozenset({"talarian.settings", "talarian.sql"}),
    "talarian.mongo": frozenset({"talarian.settings"}),
    "talarian.settings": frozenset(),
    "talarian.sql": frozenset({"talarian.settings"}),
    "talarian.resources": frozenset({"talarian.settings", "talarian.sql"}),
}

# Libraries that talk to a service. Only a battery's backends/ and stores/ know them.
DRIVERS = frozenset(
    {"aio_pika", "aioboto3", "aiomysql", "aiosqlite", "asyncmy", "asyncpg", "beanie", "boto3"}
    | {"celery", "motor", "obstore", "psycopg", "pymongo", "redis"}
)
DRIVER_ROOMS = frozenset({"backends", "stores"})

LONGEST = 500
LONG_BECAUSE = "# Long because: "


@dataclass(frozen=True)
class Import:
    importer: str
    imported: str
    where: str
    """``path:line``."""


@dataclass(frozen=True)
class Tree:
    """A source tree: the dotted name of each module, with its file."""

    modules: Mapping[str, Path]

    @classmethod
    def at(cls, root: Path) -> "Tree":
        """Read the tree whose top package lies directly under ``root``."""
        return cls({_dotted(path.relative_to(root)): path for path in sorted(root.rglob("*.py"))})

    def room(self, module: str) -> str | None:
        """The room or battery that a module belongs to. None if nobody has given it a place."""
        parts = module.split(".")
        names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
        longest = next((name for name in names if name in FLOORS or name in BATTERIES), None)
        # Files directly under talarian/ are its public names; folders there are rooms of their own.
        if longest == "talarian" != module and not self._is_file_in("talarian", module):
            return None
        return longest

    def _is_file_in(self, package: str, module: str) -> bool:
        path = self.modules.get(module)
        parent = module.rpartition(".")[0]
        return path is not None and parent == package and path.name != "__init__.py"

    def imports(self) -> Iterator[Import]:
        for name, path in self.modules.items():
            tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            for node in ast.walk(tree):
                for imported in self._imported(node, package):
                    yield Import(name, imported, f"{path}:{getattr(node, 'lineno', 0)}")

    def _imported(self, node: ast.AST, package: str) -> Iterator[str]:
        match node:
            case ast.Import(names=aliases):
                yield from (alias.name for alias in aliases)
            case ast.ImportFrom(module=module, names=aliases, level=level):
                base = _absolute(module or "", level, package)
                for alias in aliases:
                    submodule = f"{base}.{alias.name}"
                    yield submodule if submodule in self.modules else base
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                if _is_import_function(function):
                    yield _absolute(name.lstrip("."), len(name) - len(name.lstrip(".")), package)
            case _:
                pass


def violations(tree: Tree) -> list[str]:
    """Every broken law, as ``path:line: what, and what to do``. Empty when all hold."""
    found = list(tree.imports())
    # `from a import b` in several lines, or twice in one, is one mistake.
    return list(
        dict.fromkeys(
            [*_upward(tree, found), *_drivers(found), *_cycles(tree, found), *_long(tree)]
        )
    )


def _upward(tree: Tree, imports: Iterable[Import]) -> Iterator[str]:
    for found in imports:
        if found.imported.partition(".")[0] != "talarian":
            continue
        here, there = tree.room(found.importer), tree.room(found.imported)
        if here is None:
            yield f"{found.where}: {found.importer} is in no room; name it in tests/architecture"
        elif there is None or (here != there and not _may_use(here, there)):
            yield f"{found.where}: {found.importer} must not import {found.imported}"


def _may_use(here: str, there: str) -> bool:
    if here in BATTERIES:
        return there == "talarian" or there in BATTERIES[here]
    if there in BATTERIES:
        return here == "talarian.cli"
    return FLOORS[there] < FLOORS[here]


def _drivers(imports: Iterable[Import]) -> Iterator[str]:
    for found in imports:
        driver = found.imported.partition(".")[0]
        if driver in DRIVERS and DRIVER_ROOMS.isdisjoint(found.importer.split(".")):
            yield f"{found.where}: {driver} may only be imported under backends/ or stores/"


def _cycles(tree: Tree, imports: Iterable[Import]) -> Iterator[str]:
    graph: dict[str, set[str]] = {name: set() for name in tree.modules}
    for found in imports:
        if found.imported in graph:
            graph[found.importer].add(found.imported)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        # graphlib names them from the imported to the importer.
        yield f"{tree.modules[circle[0]]}: circular import: {' -> '.join(reversed(circle))}"


def _long(tree: Tree) -> Iterator[str]:
    for path in tree.modules.values():
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONGEST and not any(line.startswith(LONG_BECAUSE) for line in lines[:10]):
            yield (
                f"{path}: {len(lines)} lines; split it by idea, "
                f"or say `{LONG_BECAUSE}...` in its first lines"
            )


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _absolute(name: str, level: int, package: str) -> str:
    if level == 0:
        return name
    base = package.split(".")[: len(package.split(".")) - (level - 1)]
    return ".".join([*base, name] if name else base)


def _is_import_function(function: ast.expr) -> bool:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in ("import_module", "__import__")
        case _:
            return False
