"""Modules whose names may be replaced: `fastapi.routing.get_request_handler = mine`.

Instrumentation does that, and tests with `monkeypatch`. The name lives in the face; what is done
with it happens in the engine. A live module tells whoever is concerned.
"""

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

Watcher = Callable[[Any], None]


class LiveModule(ModuleType):
    """A module that tells watchers when one of their names is set."""

    _watchers: dict[str, Watcher]

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        watcher = self._watchers.get(name)
        if watcher is not None:
            watcher(value)


def watch(module: str, watchers: dict[str, Watcher]) -> None:
    """Call a watcher with the new value whenever its name is set in `module`."""
    live = sys.modules[module]
    vars(live)["_watchers"] = watchers
    live.__class__ = LiveModule
