"""One counter for the whole process: it moves when any router's tree of routes changes.

Whatever was derived from the tree remembers the number it was derived at. One comparison of
integers then tells at request time that nothing was added late, renamed or reordered.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from itertools import count
from typing import Any, TypeVar
from weakref import WeakSet

from starlette.routing import BaseRoute

_current = 0
_numbers = count(1)
_current_ones: "WeakSet[Current]" = WeakSet()

F = TypeVar("F", bound=Callable[..., Any])


def current() -> int:
    """The number of changes so far."""
    return _current


def changed() -> None:
    """Say that a route was added, removed, moved or altered."""
    global _current
    # Not `+= 1`, of which two threads may do one half each.
    _current = next(_numbers)
    served_otherwise()


def served_otherwise() -> None:
    """Say that a route is served in another way, and documented as before."""
    for current in tuple(_current_ones):
        current.is_current = False


class Current:
    """What was derived from the tree, and asks at each request whether it still holds.

    It is told when it does not: asking costs no more than looking at an attribute.
    """

    is_current = True

    def __init__(self) -> None:
        _current_ones.add(self)


def _counted(method: F) -> F:
    @wraps(method)
    def counted(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        finally:
            # Not before: another thread would remember the new number with the old list. And even
            # if it failed: an `extend` may have come half way.
            changed()

    return counted  # type: ignore[return-value]


class RouteList(list[BaseRoute]):
    """A list of routes that notices every change: users append to it and reorder it."""

    def __init__(self, routes: Iterable[BaseRoute] = ()) -> None:
        super().__init__(routes)
        changed()

    append = _counted(list.append)
    extend = _counted(list.extend)
    insert = _counted(list.insert)
    remove = _counted(list.remove)
    pop = _counted(list.pop)
    clear = _counted(list.clear)
    sort = _counted(list.sort)
    reverse = _counted(list.reverse)
    __setitem__ = _counted(list.__setitem__)
    __delitem__ = _counted(list.__delitem__)
    __iadd__ = _counted(list.__iadd__)
    __imul__ = _counted(list.__imul__)
