"""FastAPI's names on the classes of the face, in a process where `fastapi` means the face.

Applications and instrumentation ask `type(route).__name__ == "APIRoute"` or whether
`type(value).__module__` begins with `fastapi`, and people read the names in messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

_HOMES = (
    "exceptions",
    "datastructures",
    "background",
    "params",
    "sse",
    "responses",
    "_compat.v2",
    "dependencies.models",
    "dependencies.utils",
    "openapi.models",
    "security.base",
    "security.api_key",
    "security.http",
    "security.oauth2",
    "security.open_id_connect_url",
    "routing",
    "applications",
)
"""Modules that define classes, each after those whose classes it mentions too."""

_own_names: dict[type, tuple[str, str, str]] = {}
"""What to give back: `__module__`, `__qualname__` and `__name__`."""


def take(alias: str, face: str) -> None:
    """Call each class of `face` by the name under which it is found in `alias`."""
    for home in _HOMES:
        for name, cls in _classes(f"{alias}.{home}", face.partition(".")[0]):
            if cls not in _own_names:
                _own_names[cls] = (cls.__module__, cls.__qualname__, cls.__name__)
                _name(cls, f"{alias}.{home}", name, name)


def give_back() -> None:
    """Undo `take`."""
    while _own_names:
        cls, names = _own_names.popitem()
        _name(cls, *names)


def _classes(module: str, package: str) -> Iterator[tuple[str, type]]:
    found = import_module(module)
    for name in getattr(found, "__all__", dir(found)):
        cls = getattr(found, name)
        if isinstance(cls, type) and cls.__module__.startswith(f"{package}."):
            yield name, cls


def _name(cls: type, module: str, qualname: str, name: str) -> None:
    cls.__module__, cls.__qualname__, cls.__name__ = module, qualname, name
