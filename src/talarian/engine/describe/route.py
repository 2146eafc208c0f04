"""What the document needs to know of a route, and which routes are documented."""

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from ..analyse.plan import Plan
from ..declare.declaration import Declaration


class Described(Protocol):
    """An HTTP route with a Plan: the application's own, or as a router includes it."""

    @property
    def name(self) -> str: ...

    @property
    def path_format(self) -> str:
        """The path without convertors."""
        ...

    @property
    def methods(self) -> Iterable[str]: ...

    @property
    def unique_id(self) -> str:
        """The operation id, chosen or generated."""
        ...

    @property
    def declaration(self) -> Declaration: ...

    @property
    def plan(self) -> Plan: ...


def described(routes: Iterable[Any]) -> Iterator[Described]:
    """The routes that the document can show: not WebSockets, mounts and Starlette's own routes."""
    for route in routes:
        if isinstance(getattr(route, "plan", None), Plan):
            yield route
