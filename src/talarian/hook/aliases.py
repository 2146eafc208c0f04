"""The finder that answers for one package name with the modules of another."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class AliasFinder:
    """A meta path finder: ``alias`` and all names below it give the modules of ``target``.

    With ``AliasFinder("fastapi", "talarian.fastapi")`` in front of ``sys.meta_path``,
    ``fastapi.routing`` and ``talarian.fastapi.routing`` are one object in ``sys.modules``, so no
    class exists twice.
    """

    def __init__(self, alias: str, target: str) -> None:
        self.alias = alias
        self.target = target

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.alias and not fullname.startswith(f"{self.alias}."):
            return None
        # Slow to import, and most hooked processes never come here.
        from talarian.hook.loader import alias_spec

        return alias_spec(fullname, self.target + fullname.removeprefix(self.alias))
