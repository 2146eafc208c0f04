"""The import hook: in this process, ``import fastapi`` gives ``talarian.fastapi``.

An unmodified FastAPI application, and every third-party package that imports fastapi, then runs on
Talarian. ``talarian run`` installs the hook before it imports the application; a script can do the
same with ``talarian.hook.install()`` as its first line.

Everything here is imported at the start of every hooked Python process, so it stays light: no
``typing``, no ``pathlib``, no ``importlib.abc``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from talarian.hook.aliases import AliasFinder
from talarian.hook.subprocesses import environment, forget

FACE = "talarian.fastapi"
ALIAS = "fastapi"

__all__ = ["AlreadyImported", "environment", "install", "is_installed", "uninstall"]


class AlreadyImported(RuntimeError):
    """Another package called ``fastapi`` was imported before the hook was installed."""

    def __init__(self, module: ModuleType) -> None:
        where = getattr(module, "__file__", None) or "an unknown place"
        super().__init__(
            f"fastapi was already imported from {where}, so Talarian can no longer take its place "
            "in this process. Start the application with `talarian run`, or call "
            "`talarian.hook.install()` before anything imports fastapi."
        )


class FaceFinder(AliasFinder):
    """Answers for ``fastapi``, both as modules and as an installed distribution."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != ALIAS:
            return super().find_spec(fullname, path, target)
        from talarian.hook import names
        from talarian.hook.loader import alias_spec

        return alias_spec(ALIAS, FACE, then=lambda: names.take(ALIAS, FACE))

    def find_distributions(self, context: object = None) -> Iterator[object]:
        # importlib.metadata is slow to import; whoever calls this method has imported it already.
        from talarian.hook.distribution import find_distributions

        return find_distributions(context)


_finder = FaceFinder(ALIAS, FACE)


def install(*, subprocesses: bool = False) -> None:
    """Make ``fastapi`` mean ``talarian.fastapi`` in this process. Calling it again changes nothing.

    ``subprocesses=True`` also exports the hook to ``os.environ``, so that every Python process
    started from here (uvicorn's workers and reloader, ``subprocess.run([sys.executable, ...])``)
    has it too.

    Raises `AlreadyImported` when another ``fastapi`` is loaded already: its classes are in use
    and can't be replaced.
    """
    if not is_installed():
        _refuse_a_second_fastapi()
        sys.meta_path.insert(0, _finder)
    if subprocesses:
        os.environ.update(environment())


def uninstall() -> None:
    """Undo `install`, for tests. Whoever has imported the face by the alias keeps it."""
    if is_installed():
        sys.meta_path.remove(_finder)
        for name, _ in _loaded(ALIAS):
            del sys.modules[name]
        from talarian.hook import names

        names.give_back()
    forget(os.environ)


def is_installed() -> bool:
    return _finder in sys.meta_path


def _refuse_a_second_fastapi() -> None:
    for name, module in _loaded(ALIAS):
        if module is not sys.modules.get(FACE + name.removeprefix(ALIAS)):
            raise AlreadyImported(module)


def _loaded(package: str) -> list[tuple[str, ModuleType]]:
    """Return the package and its submodules, outermost first."""
    return sorted(
        (name, module)
        for name, module in sys.modules.items()
        if name == package or name.startswith(f"{package}.")
    )
