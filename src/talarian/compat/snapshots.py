"""Included routes with every attribute in `vars()`, for those who build routes of their own."""

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

from starlette.routing import BaseRoute

from ..engine.app import seams
from ..engine.app.route import WebSocketRoute
from ..engine.app.tree import EffectiveRoute, EffectiveStarletteRoute, iter_route_contexts
from ..engine.declare.declaration import Declaration

Snapshot = EffectiveRoute | EffectiveStarletteRoute


def iter_routes_with_context(
    routes: Sequence[BaseRoute],
) -> Iterator[tuple[BaseRoute, Snapshot | None]]:
    """Every route of a tree as it was declared, and a snapshot of it as it is included, if it is.

    Cadwyn makes the routes of each API version of them, by setting what `vars(snapshot)` has on a
    copy of the route.
    """
    for context in iter_route_contexts(routes):
        effective = context._route_context
        yield context.route, None if effective is None else _snapshot(effective)


def _snapshot(effective: Snapshot) -> Snapshot:
    if isinstance(effective, EffectiveStarletteRoute):
        return effective
    # A copy, because showing the views of a route has its Plan made anew from then on.
    snapshot = copy(effective)
    values: dict[str, Any] = {"app": effective.app, "declared_plan": effective.declared_plan}
    if isinstance(effective.original_route, WebSocketRoute):
        values["starlette_route"] = _moved(effective)
    else:
        values["starlette_route"] = None
        values |= {name: getattr(effective, name) for name in Declaration.__dataclass_fields__}
        values |= {name: getattr(snapshot, name) for name in seams.VIEWS}
    attributes = vars(snapshot)
    attributes.update(values)
    attributes.pop("live_plan", None)
    return snapshot


def _moved(effective: EffectiveRoute) -> WebSocketRoute:
    moved: WebSocketRoute = copy(effective.original_route)
    moved.path = effective.path
    moved.path_regex = effective.path_regex
    moved.path_format = effective.path_format
    moved.param_convertors = effective.param_convertors
    moved.dependencies = effective.dependencies
    moved.declared_plan = effective.declared_plan
    moved.app = effective.app
    return moved
