"""The way from a path to the routes that could serve it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from starlette.routing import (
    BaseRoute,
    Mount,
    Route as StarletteRoute,
    WebSocketRoute as StarletteWebSocketRoute,
    compile_path,
)

from ..paths.table import PathTable
from .route import Route, WebSocketRoute
from .tree import EffectiveRoute, EffectiveStarletteRoute, IncludedRouter

_OWN_MATCHING = (Route, WebSocketRoute, StarletteRoute, StarletteWebSocketRoute, Mount)


T = TypeVar("T")


def index_routes(
    routes: Iterable[BaseRoute], router_class: type[Any], item: Callable[[Any], T]
) -> PathTable[T]:
    """Index a tree of routes by their paths, included routers resolved.

    What decides about requests in its own way (a subclass that overrides `matches`, a host, a
    foreign route) is asked about every path.

    Args:
        routes: The routes of one router.
        router_class: The class whose `matches` and `handle` do nothing of their own.
        item: Makes what is found of a route.
    """
    table: PathTable[T] = PathTable()
    for candidate in _resolved(routes, router_class):
        template = _template(candidate)
        if template is None:
            table.add_anywhere(item(candidate))
        else:
            table.add(template, item(candidate))
    return table


def _resolved(candidates: Iterable[Any], router_class: type[Any]) -> Iterator[Any]:
    for candidate in candidates:
        if isinstance(candidate, IncludedRouter) and _is_plain(candidate, router_class):
            try:
                below = candidate.effective_candidates()
            except ValueError:
                # A path below is impossible (the same parameter twice). Whoever comes to this
                # router is told so; routes before it are served.
                yield candidate
                continue
            yield from _resolved(below, router_class)
        else:
            yield candidate


def _is_plain(node: IncludedRouter, router_class: type[Any]) -> bool:
    router = type(node.original_router)
    return router.matches is router_class.matches and router.handle is router_class.handle


def _template(candidate: Any) -> str | None:
    """The path template by which a candidate matches, if that is how it matches."""
    route = candidate
    if isinstance(candidate, (EffectiveRoute, EffectiveStarletteRoute)):
        route = candidate.original_route
    for kind in _OWN_MATCHING:
        if isinstance(route, kind):
            if type(route).matches is not kind.matches:
                return None
            template = f"{candidate.path}/{{path:path}}" if kind is Mount else candidate.path
            own = vars(candidate)
            if "path_regex" not in own and own.get("_template") == template:
                return template  # compiled when somebody matches with it, and from this
            # What matches is the regex, and somebody may have changed that alone.
            agreed = compile_path(template)[0].pattern == candidate.path_regex.pattern
            return template if agreed else None
    return None
