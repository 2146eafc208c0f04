"""Where the compatibility room hooks in: the engine asks, and knows nobody by name.

FastAPI's inner names are views of a Plan. Objects of this floor show them as attributes without
importing the room above that defines them.
"""

from collections.abc import Callable
from typing import Any

from ..serve.handler import Handler, make_handler

VIEWS: dict[str, Callable[[Any], Any]] = {}
"""Attributes of routes that are computed from the route on demand: `dependant`, `body_field` …"""

handler_factory: Callable[[Any], Handler] | None = None
"""Replaces the making of a handler from a route; `None` is the engine's own."""


def view(route: Any, name: str) -> Any:
    """Return the view `name` of a route, or raise `AttributeError` as for any unknown name."""
    compute = VIEWS.get(name)
    if compute is None:
        raise AttributeError(f"{type(route).__name__!r} object has no attribute {name!r}")
    return compute(route)


def build_handler(route: Any) -> Handler:
    """Make the handler of a route (or of a route as it is included)."""
    if handler_factory is not None:
        return handler_factory(route)
    return make_handler(route.plan, route.dependency_overrides_provider)
