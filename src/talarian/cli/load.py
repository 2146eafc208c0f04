"""Importing the user's application."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from talarian import hook
from talarian.cli.failure import Failure
from talarian.cli.import_errors import describe_import_error
from talarian.cli.locate import Location


@dataclass(frozen=True)
class LoadedApp:
    """The application object and the import string that leads to it."""

    app: Any
    import_string: str


def load(location: Location) -> LoadedApp:
    """Import the application, with ``import fastapi`` meaning Talarian from here on.

    Puts ``location.root`` in front of ``sys.path``; child processes inherit both.
    """
    hook.install(subprocesses=True)
    root = str(location.root)
    if sys.path[0] != root:
        sys.path.insert(0, root)
    module = _import(location.module)
    name = location.name or _choose(module)
    return LoadedApp(_get(module, name), f"{location.module}:{name}")


def load_import_string(import_string: str) -> Any:
    """Import ``module:name`` again, in a process whose ``sys.path`` is already right."""
    hook.install(subprocesses=True)
    module, _, name = import_string.partition(":")
    return _get(_import(module), name)


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except Exception as error:
        raise Failure(describe_import_error(name, error)) from None


def _choose(module: ModuleType) -> str:
    """Return the name of the app in ``module``. The first of these that is there decides:

    1. ``app``, then ``api``, if it is a FastAPI or Talarian application
    2. any name that is one, in alphabetical order
    3. ``app``, then ``api``, if it is another ASGI application (an app inside a middleware)
    4. any Starlette application, in alphabetical order
    """
    from starlette.applications import Starlette

    from talarian.fastapi import FastAPI

    usual = ("app", "api")
    every = sorted(vars(module))
    for names, is_one in (
        (usual, lambda value: isinstance(value, FastAPI)),
        (every, lambda value: isinstance(value, FastAPI)),
        (usual, _is_asgi),
        (every, lambda value: isinstance(value, Starlette)),
    ):
        for name in names:
            if is_one(getattr(module, name, None)):
                return name
    raise Failure(
        f"There is no application in {module.__name__} ({module.__file__}): no FastAPI() or "
        "Talarian() object at its top level. If it has another kind of app, name it with --app."
    )


def _get(module: ModuleType, name: str) -> Any:
    value: Any = module
    for part in name.split("."):
        if not hasattr(value, part):
            raise Failure(
                f"There is no {name!r} in {module.__name__} ({module.__file__}). "
                f"{_suggestion(module)}"
            )
        value = getattr(value, part)
    if _is_asgi(value):
        return value
    hint = ""
    if inspect.isfunction(value):
        hint = f" If it makes one, call it in the module: app = {name}()."
    raise Failure(
        f"{name!r} in {module.__name__} is not an ASGI application but a "
        f"{type(value).__name__}.{hint} {_suggestion(module)}"
    )


def _suggestion(module: ModuleType) -> str:
    there = list(_apps_in(module))
    if there:
        return f"Applications in that module: {', '.join(there)}."
    return "The module has no application; give the one that creates it."


def _apps_in(module: ModuleType) -> Iterator[str]:
    from starlette.applications import Starlette

    for name, value in sorted(vars(module).items()):
        if isinstance(value, Starlette):
            yield name


def _is_asgi(value: object) -> bool:
    """Tell whether ``value`` can be called with scope, receive and send, and is not a class."""
    if not callable(value) or inspect.isclass(value):
        return False
    try:
        inspect.signature(value).bind(None, None, None)
    except (TypeError, ValueError):
        return False
    return any(map(inspect.iscoroutinefunction, (value, type(value).__call__)))
