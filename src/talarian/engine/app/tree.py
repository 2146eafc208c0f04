"""The tree of routers: what an included route is, and how a request finds its way to it.

`app.routes` keeps included routers as nodes, so that routes added to a router after it was
included are served. A route may be included several times, each time with another prefix, other
dependencies and so another Plan: each is one `EffectiveRoute`.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

from starlette.datastructures import URLPath
from starlette.routing import (
    BaseRoute,
    Host,
    Match,
    Mount,
    NoMatchFound,
    Route as StarletteRoute,
    Router,
    WebSocketRoute as StarletteWebSocketRoute,
    compile_path,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from ..analyse.endpoint import plan_endpoint, plan_websocket
from ..declare.declaration import Declaration, Inclusion, nearest
from ..ground.observe import watching
from ..serve.limits import limit_body
from ..serve.scope import EFFECTIVE_ROUTE, INCLUDED_ROUTER, KEY, Entered, update
from . import revision, seams
from .frontend import FrontendGroup, IncludedFrontends, is_more_specific
from .route import Route, WebSocketRoute, unique_id_of
from .template import PathRegex, read_template

Selection = tuple[Match, Scope, BaseRoute | None]
NO_MATCH: Selection = (Match.NONE, {}, None)


class EffectiveRoute(seams.Viewed[Any]):
    """A route as it is served through one chain of inclusions.

    It has the attributes of a route, inclusions applied.
    """

    path_regex: Any = PathRegex()

    def __init__(self, original_route: Any, inclusion: Inclusion, provider: Any) -> None:
        self.original_route = original_route
        self.inclusion = inclusion
        self.dependency_overrides_provider = provider
        self.name = original_route.name
        self.endpoint = original_route.endpoint
        self.path = self._template = inclusion.prefix + original_route.path
        self.path_format, self.param_convertors = read_template(self.path)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in ("app", "live_plan", "declared_plan"):
            revision.served_otherwise()

    def __getattr__(self, name: str) -> Any:
        if name in Declaration.__dataclass_fields__ and isinstance(self.original_route, Route):
            return getattr(self.declaration, name)
        return super().__getattr__(name)

    @property
    def response_model(self) -> Any:
        """The response model: declared, or else the return annotation."""
        return self.original_route.response_model

    @cached_property
    def methods(self) -> set[str] | None:
        """The HTTP methods; `None` for a WebSocket."""
        return getattr(self.original_route, "methods", None)

    @property
    def declaration(self) -> Declaration:
        """What the route was declared with, and what its inclusions add to it."""
        return self.inclusion.applied_to(self.original_route.declaration)

    @cached_property
    def dependencies(self) -> list[Any]:
        """The dependencies of all routers on the way, outermost first, then the route's own."""
        return [*self.inclusion.dependencies, *self.original_route.dependencies]

    @cached_property
    def unique_id(self) -> str:
        return self.original_route.operation_id or unique_id_of(self)

    @cached_property
    def declared_plan(self) -> Any:
        """The Plan of this inclusion."""
        if isinstance(self.original_route, Route):
            return plan_endpoint(self.declaration, self.path_format, self.unique_id)
        return plan_websocket(self.endpoint, self.path_format, self.dependencies)

    @cached_property
    def app(self) -> ASGIApp:
        """The ASGI application of this inclusion."""
        app: ASGIApp = self.original_route.build_app(self)
        return app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match with the path of this inclusion."""
        original = self.original_route
        kind = "websocket" if isinstance(original, WebSocketRoute) else "http"
        if scope["type"] != kind:
            return Match.NONE, {}
        # Starlette's matching reads nothing of a route but these; the original is left alone.
        probe = StarletteRoute if kind == "http" else StarletteWebSocketRoute
        match, child_scope = probe.matches(self, scope)  # type: ignore[arg-type]
        if match is not Match.NONE:
            child_scope["route"] = original
        return match, child_scope

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        probe = StarletteRoute
        return probe.url_path_for(self, name, **path_params)  # type: ignore[arg-type]


class EffectiveStarletteRoute:
    """A plain Starlette route, mount or host as it is served through inclusions."""

    def __init__(
        self, original_route: BaseRoute, moved: BaseRoute, max_body_size: int | None
    ) -> None:
        self.original_route = original_route
        self.starlette_route = moved
        self.handle = limit_body(moved.handle, max_body_size)

    def __getattr__(self, name: str) -> Any:
        if name in _PLACE:
            return getattr(self.starlette_route, name, None)
        return getattr(self.original_route, name)

    @property
    def path_format(self) -> str | None:
        return getattr(self.starlette_route, "path_format", None)

    @property
    def methods(self) -> set[str] | None:
        return getattr(self.original_route, "methods", None)

    @property
    def endpoint(self) -> Any:
        return getattr(self.original_route, "endpoint", None)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.starlette_route.matches(scope)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        return self.starlette_route.url_path_for(name, **path_params)


_PLACE = frozenset({"path", "path_regex", "param_convertors", "app"})

Effective = EffectiveRoute | EffectiveStarletteRoute
Candidate = Any
"""An `Effective` or a nested `IncludedRouter`."""


@dataclass(eq=False)
class IncludedRouter(BaseRoute):
    """A router inside another one: a node of the tree."""

    original_router: Any
    include_context: Inclusion
    dependency_overrides_provider: Any = None
    _candidates: list[Candidate] = field(default_factory=list, repr=False)
    _revision: int = field(default=-1, repr=False)
    _lock: Any = field(default_factory=Lock, repr=False)
    _own_low_priority: list[Candidate] = field(default_factory=list, repr=False)
    _low_priority: list[Candidate] = field(default_factory=list, repr=False)
    _effective_low_priority_routes_version: int = field(default=-1, repr=False)
    _effective_routes_lock: Any = field(default_factory=Lock, repr=False)

    def effective_candidates(self) -> list[Candidate]:
        """The routes below, as they are served here; nested routers as nodes of their own."""
        if self._revision != revision.current():
            with self._lock:
                if self._revision != (now := revision.current()):
                    self._candidates = self._build()
                    self._revision = now
        return self._candidates

    def effective_low_priority_routes(self) -> list[Candidate]:
        """What is tried when no route of the whole application matched, nested routers resolved."""
        version = self.original_router._get_routes_version()
        if self._effective_low_priority_routes_version != version:
            with self._effective_routes_lock:
                if self._effective_low_priority_routes_version != version:
                    self._low_priority = self._build_low_priority()
                    self._effective_low_priority_routes_version = version
        return self._low_priority

    def _build(self) -> list[Candidate]:
        candidates = self._made(self.original_router.routes, self._candidates)
        if candidates == self._candidates:
            return self._candidates
        return candidates

    def _build_low_priority(self) -> list[Candidate]:
        routes = self.original_router._low_priority_routes
        self._own_low_priority = self._made(routes, self._own_low_priority)
        nested = [
            candidate
            for router in self.effective_candidates()
            if isinstance(router, IncludedRouter)
            for candidate in router.effective_low_priority_routes()
        ]
        return [*self._own_low_priority, *nested]

    def _made(self, routes: Iterable[BaseRoute], before: list[Candidate]) -> list[Candidate]:
        # What did not change is kept: an effective route owns a Plan and a handler.
        known = {id(_origin(candidate)): candidate for candidate in before}
        made = (known.get(id(route)) or self._candidate(route) for route in routes)
        return [candidate for candidate in made if candidate is not None]

    def _candidate(self, route: BaseRoute) -> Candidate | None:
        if isinstance(route, IncludedRouter):
            return _NestedRouter(
                route.original_router,
                self.include_context.around(route.include_context),
                self.dependency_overrides_provider,
                origin=route,
            )
        if isinstance(route, (Route, WebSocketRoute)):
            return _effective(route, self.include_context, self.dependency_overrides_provider)
        if isinstance(route, FrontendGroup):
            return IncludedFrontends(
                route, self.include_context, self.dependency_overrides_provider
            )
        moved = _moved(route, self.include_context.prefix)
        if moved is None:
            return None
        limit = nearest(self.original_router.max_body_size, self.include_context.max_body_size)
        return EffectiveStarletteRoute(route, moved, limit)

    def effective_route_contexts(self) -> Iterator[Effective]:
        """Every route below, nested routers resolved."""
        for candidate in self.effective_candidates():
            if isinstance(candidate, IncludedRouter):
                yield from candidate.effective_route_contexts()
            else:
                yield candidate

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Ask the router, which its subclasses may override."""
        with Entered(scope, INCLUDED_ROUTER, self):
            match: tuple[Match, Scope] = self.original_router.matches(scope)
            return match

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        with Entered(scope, INCLUDED_ROUTER, self):
            await self.original_router.handle(scope, receive, send)

    def select(self, scope: Scope) -> Selection:
        """Find the route below that serves this request."""
        return select(self.effective_candidates(), scope)

    async def _handle_selected(self, scope: Scope, receive: Receive, send: Send) -> None:
        match, child_scope, candidate = self.select(scope)
        if candidate is None or match is Match.NONE:
            await self.original_router.default(scope, receive, send)
            return
        update(scope, child_scope)
        await serve(candidate, scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        for candidate in self.effective_candidates():
            try:
                url: URLPath = candidate.url_path_for(name, **path_params)
                return url
            except NoMatchFound:
                pass
        raise NoMatchFound(name, path_params)


@dataclass(eq=False)
class _NestedRouter(IncludedRouter):
    """A node below a node: it remembers which inclusion of the inner router it stands for."""

    origin: IncludedRouter | None = None


def _origin(candidate: Candidate) -> Any:
    if isinstance(candidate, _NestedRouter):
        return candidate.origin
    return candidate.original_route


def _effective(route: Any, inclusion: Inclusion, provider: Any) -> EffectiveRoute:
    effective = EffectiveRoute(route, inclusion, provider)
    if getattr(type(route), "get_route_handler", None) is not Route.get_route_handler:
        # Users' own handlers are made right away: that is when their errors are looked for.
        _ = effective.app
    return effective


def select(candidates: Iterable[Candidate], scope: Scope) -> Selection:
    """The first full match; without one, the first that only misses the method."""
    partial: Selection = NO_MATCH
    for candidate in candidates:
        match, child_scope = _match(candidate, scope)
        if match is Match.FULL:
            return match, child_scope, candidate
        if match is Match.PARTIAL and partial[0] is Match.NONE:
            partial = (match, child_scope, candidate)
    return partial


def allowed_methods(candidates: Iterable[Candidate], scope: Scope) -> set[str]:
    """The methods that some route at this path would take (RFC 9110, section 10.2.1)."""
    methods: set[str] = set()
    for candidate in candidates:
        if _match(candidate, scope)[0] is Match.PARTIAL:
            if isinstance(candidate, IncludedRouter):
                methods |= allowed_methods(candidate.effective_candidates(), scope)
            else:
                methods |= getattr(candidate, "methods", None) or set()
    return methods


def leaf(candidate: Candidate, scope: Scope) -> Candidate:
    """The route that a selected candidate leads to: itself, or one in the routers below."""
    while isinstance(candidate, IncludedRouter):
        _, _, candidate = candidate.select(scope)
    return candidate


def select_low_priority(candidates: Iterable[Candidate], scope: Scope) -> Selection:
    """The first match of any kind, except that of several front ends the most specific serves."""
    best: Selection = NO_MATCH
    for candidate in candidates:
        match, child_scope = _match(candidate, scope)
        if match is Match.NONE:
            continue
        if best[0] is Match.NONE or is_more_specific(child_scope, best[1]):
            best = (match, child_scope, candidate)
    return best


def _match(candidate: Candidate, scope: Scope) -> tuple[Match, Scope]:
    if not isinstance(candidate, EffectiveRoute):
        match: tuple[Match, Scope] = candidate.matches(scope)
        return match
    with Entered(scope, EFFECTIVE_ROUTE, candidate):
        found, child_scope = candidate.original_route.matches(scope)
    if found is not Match.NONE:
        child_scope = {**child_scope, KEY: {**child_scope.get(KEY, {}), EFFECTIVE_ROUTE: candidate}}
    return found, child_scope


async def serve(candidate: Candidate, scope: Scope, receive: Receive, send: Send) -> None:
    """Hand the request to what was selected."""
    watching.get().routed(scope, candidate)
    if isinstance(candidate, EffectiveRoute):
        await candidate.original_route.handle(scope, receive, send)
    else:
        await candidate.handle(scope, receive, send)


def _moved(route: BaseRoute, prefix: str) -> BaseRoute | None:
    """A copy of a Starlette route below `prefix`; `None` for kinds of routes nobody knows."""
    if isinstance(route, (StarletteRoute, StarletteWebSocketRoute)):
        moved = copy(route)
        moved.path = prefix + route.path
        moved.path_regex, moved.path_format, moved.param_convertors = compile_path(moved.path)
        return moved
    if isinstance(route, Mount):
        mount = copy(route)
        mount.path = prefix + route.path
        mount.path_regex, mount.path_format, mount.param_convertors = compile_path(
            mount.path + "/{path:path}"
        )
        return mount
    if isinstance(route, Host):
        if not prefix:
            return route
        host = copy(route)
        host.app = Router(routes=[Mount(prefix, app=route.app)])
        return host
    return None


@dataclass(frozen=True)
class RouteContext:
    """One served route: where it is, and what serves it.

    Attributes of the route are read through it, inclusions applied.
    """

    route: BaseRoute
    _route_context: Any = None

    @property
    def original_route(self) -> BaseRoute:
        """The route as it was declared."""
        return self.route

    @property
    def path(self) -> str | None:
        return getattr(self._effective, "path", None)

    @property
    def path_format(self) -> str | None:
        return getattr(self._effective, "path_format", None)

    @property
    def name(self) -> str | None:
        return getattr(self._effective, "name", None)

    @property
    def methods(self) -> set[str] | None:
        return getattr(self._effective, "methods", None)

    @property
    def endpoint(self) -> Any:
        return getattr(self._effective, "endpoint", None)

    @property
    def _effective(self) -> Any:
        return self._route_context if self._route_context is not None else self.route

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._effective, name)


def iter_route_contexts(
    routes: Sequence[BaseRoute | RouteContext],
) -> Iterator[RouteContext]:
    """Every route of a tree, in the order in which they are tried, inclusions resolved."""
    for route in routes:
        if isinstance(route, RouteContext):
            yield route
        elif isinstance(route, IncludedRouter):
            for effective in route.effective_route_contexts():
                yield RouteContext(effective.original_route, effective)
        else:
            yield RouteContext(route)
