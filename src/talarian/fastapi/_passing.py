"""Names that FastAPI's modules have in passing, because they use them themselves.

They are no part of FastAPI's API, but an editor that completes `asynccontextmanager` or `Request`
likes to import it from wherever it saw one first, and thousands of applications start with
`from fastapi.concurrency import asynccontextmanager` or `from fastapi.background import P`.

Nothing is imported for them before they are asked for, and type checkers don't see them.
"""

import sys
from importlib import import_module
from typing import Any

_FACE = __name__.rpartition(".")[0]


def offer_passing_names(module: str) -> None:
    """Let `module`, one of the face's, also have the names and submodules of FastAPI's module."""

    def __getattr__(name: str) -> Any:
        value = _find(module, name)
        setattr(sys.modules[module], name, value)
        return value

    vars(sys.modules[module])["__getattr__"] = __getattr__


def _find(module: str, name: str) -> Any:
    from ._passing_names import NAMES, SUBMODULES

    inside = module.removeprefix(_FACE).removeprefix(".")
    if name in SUBMODULES.get(inside, ()):
        return import_module(f"{module}.{name}")
    for home, names in NAMES.get(inside, {}).items():
        for original, _, alias in (entry.partition(" as ") for entry in names.split(", ")):
            if name == (alias or original):
                return getattr(import_module(home, __package__), original)
    raise AttributeError(f"module {module!r} has no attribute {name!r}")
