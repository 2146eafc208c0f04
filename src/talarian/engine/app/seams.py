"""Where rooms above hook in: the engine asks, and knows nobody by name.

FastAPI's inner names are views of a Plan. Objects of this floor show them as attributes without
importing the room above that defines them. What an extension is, is said above too.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from ..serve.handler import Handler, make_handler

VIEWS: dict[str, Callable[[Any], Any]] = {}
"""Attributes of routes that are computed from the route on demand: `dependant`, `body_field` …"""

on_view_set: Callable[[Any], None] | None = None
"""Called with the route when somebody has set one of its views: its Plan is then another one."""

handler_factory: Callable[[Any], Handler] | None = None
"""Replaces the making of a handler from a route; `None` is the engine's own."""

installer: Callable[[Any, Any], None] | None = None
"""Adds an extension to an application; `None` where nobody has told the engine of extensions."""

P = TypeVar("P")


class Viewed(Generic[P]):
    """A route with a Plan, whose parts are seen and changed through views."""

    declared_plan: P
    """The Plan of what was declared."""

    live_plan: Callable[[], P] | None = None
    """Says what the Plan is by now, once somebody may have changed its parts. A route that has one
    must be interpreted: a compiled form would not notice."""

    @property
    def plan(self) -> P:
        """The Plan that serves this request, and that the documentation shows."""
        return self.declared_plan if self.live_plan is None else self.live_plan()

    def __getattr__(self, name: str) -> Any:
        compute = VIEWS.get(name)
        if compute is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return compute(self)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in VIEWS and on_view_set is not None:
            on_view_set(self)


def build_handler(route: Any) -> Handler:
    """Make the handler of a route (or of a route as it is included)."""
    if handler_factory is not None:
        return handler_factory(route)
    return make_handler(route, route.dependency_overrides_provider)
