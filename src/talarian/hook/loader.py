"""Loading one module under two names."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.abc import InspectLoader, Loader
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import CodeType, ModuleType


def alias_spec(
    alias: str, target: str, *, then: Callable[[], None] | None = None
) -> ModuleSpec | None:
    """Return the spec by which importing ``alias`` gives the module ``target``.

    ``then`` is called when that has happened.

    None when there is no such target. The finders that are asked next look in the target's
    ``__path__``, find nothing either, and the error names what the caller wrote.
    """
    original = find_spec(target)
    if original is None:
        return None
    spec = ModuleSpec(alias, AliasLoader(original, then), origin=original.origin)
    spec.has_location = original.has_location
    spec.submodule_search_locations = original.submodule_search_locations
    return spec


class AliasLoader(Loader):
    """Loads a module under its own name and enters the result under the alias as well."""

    def __init__(self, original: ModuleSpec, then: Callable[[], None] | None = None) -> None:
        self.original = original
        self.then = then

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        # Imported here, before the import system enters anything under the alias: a circular
        # import by the alias then meets the half-initialised module, as it would without one.
        import_module(self.original.name)
        # Not the module itself: the import system would overwrite its __spec__, and relative
        # imports inside it would go astray.
        return _StandIn(spec.name, sys.modules[self.original.name])

    def exec_module(self, module: ModuleType) -> None:
        # What lies in sys.modules after this call is what the import statement gives.
        sys.modules[module.__name__] = sys.modules[self.original.name]
        if self.original.submodule_search_locations is not None:
            _alias_loaded_submodules(module.__name__, self.original.name)
        if self.then is not None:
            self.then()

    def get_code(self, fullname: str) -> CodeType | None:
        """Return what ``python -m`` runs."""
        loader = self.original.loader
        return loader.get_code(self.original.name) if isinstance(loader, InspectLoader) else None


class _StandIn(ModuleType):
    """What the import system, and instrumentation that waits for the alias, hold as the module.

    Instrumentation (New Relic's, wrapt's `when_imported`) recognises it by the alias in `__name__`
    and replaces functions in it, so all but a module's own attributes is read from and set in the
    target.
    """

    def __init__(self, name: str, target: ModuleType) -> None:
        super().__init__(name)
        vars(self)["_target"] = target

    def __getattr__(self, name: str) -> object:
        return getattr(vars(self)["_target"], name)

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            setattr(vars(self)["_target"], name, value)


def _alias_loaded_submodules(alias: str, target: str) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{target}.") and not _is_initialising(module):
            # Imported rather than entered in sys.modules: other finders may wait for the name.
            import_module(alias + name.removeprefix(target))


def _is_initialising(module: ModuleType) -> bool:
    # The import system's own flag. An unfinished module is left to the finder: its import lock
    # makes other threads wait, an entry made here would not.
    return bool(getattr(module.__spec__, "_initializing", False))
