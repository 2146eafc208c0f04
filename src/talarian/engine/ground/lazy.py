"""Names that a package has without importing them before somebody asks."""

from importlib import import_module

TYPE_CHECKING = False  # `typing` is one of the modules that would be imported for nothing.
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any


def lazy_names(
    package: str, namespace: "dict[str, Any]", homes: "Mapping[str, Sequence[str]]"
) -> "Callable[[str], Any]":
    """Return the `__getattr__` of a package.

    Args:
        package: The name of the package.
        namespace: Its globals, which keep what was asked for.
        homes: The names, submodules among them, by the module in which they are; a relative one
            starts with a dot.

    Raises:
        AttributeError: From the returned function, for a name that is not in `homes`.
    """
    home_of = {name: home for home, names in homes.items() for name in names}

    def find(name: str) -> "Any":
        home = home_of.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(home, package)
        value = getattr(module, name) if hasattr(module, name) else import_module(f"{home}.{name}")
        namespace[name] = value
        return value

    return find
