"""The straight way from a path to a compiled endpoint.

An application without middleware of its own does little for a request that goes well, but it does
it in many layers. Where all of them are known, what they would do is done here, in one step: the
route is found, and its endpoint gets its turn. Whatever is not known here goes the ordinary way,
and so does a request that did not go well.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.convertors import Convertor, StringConvertor
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Router as StarletteRouter, WebSocketRoute as StarletteWebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ..compile.build import Compiled
from ..ground.observe import ApplicationObserver
from ..serve.cors import ErrorPage
from ..serve.endpoint import Endpoint
from ..serve.layers import Layers, layers_around
from ..serve.limits import ApplicationBodyLimit
from ..serve.scope import EFFECTIVE_ROUTE, KEY, PENDING
from ..serve.turns import Raised, is_overridden
from . import revision
from .index import index_routes
from .route import Route
from .router import Router
from .tree import EffectiveRoute, EffectiveStarletteRoute

# The methods that a request passes through on the ordinary way, as they were written.
# Instrumentation replaces methods of classes, at any time.
_CALL, _ROUTER_CALL = Starlette.__call__, StarletteRouter.__call__
_APP, _MATCHES, _HANDLE = Router.app, Route.matches, Route.handle


@dataclass(slots=True, eq=False)
class Target:
    """What may be found at a path.

    Without an endpoint, the ordinary way decides.
    """

    dispatch: "Dispatch"
    candidate: Any = None
    """What the path's table has: a route, or a route through an inclusion."""
    route: Any = None
    endpoint: Endpoint | None = None
    methods: frozenset[str] = frozenset()
    convertors: Mapping[str, Convertor[Any]] | None = None
    """Those that change the text they are given."""
    has_parameters: bool = False
    route_path: bytes = b""
    state: Mapping[str, Any] | None = None
    """What routing leaves in the scope: through which inclusion the route is served."""
    is_websocket: bool = False
    compiled: Compiled | None = None
    """The endpoint's compiled form, once it was asked for: it is as current as the dispatch."""
    is_bare: bool = False
    """Nothing stands around the endpoint, and nobody sees the request from inside."""

    @property
    def regex(self) -> re.Pattern[str] | None:
        """What matches the path; most targets are asked for by few requests, or by none."""
        regex: re.Pattern[str] | None = getattr(self.candidate, "path_regex", None)
        return regex

    def ready(self) -> Compiled | None:
        """The compiled form, if a request can be answered by it now, and the dispatch is open."""
        endpoint, compiled = self.endpoint, self.compiled
        if endpoint is None:
            return None
        if compiled is None:
            found = endpoint.compiled
            if isinstance(found, str):
                return None
            compiled = self.compiled = found
            self.is_bare = self.dispatch.layers is None and not compiled.hands_out_request
        if compiled.overridable and is_overridden(endpoint.provider, compiled):
            return None
        return compiled

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that came through ASGI, for which this was found ready."""
        endpoint, compiled, layers = self.endpoint, self.compiled, self.dispatch.layers
        assert endpoint is not None and compiled is not None
        turn = endpoint.turn(compiled, scope, receive, send)
        try:
            if layers is None:
                await turn.run()
            else:
                await layers.serve(turn)
        except Exception as error:
            raised = Raised(turn, error)
            page = self.dispatch.after_exception(scope, raised)
            await page(scope, receive, raised.outlet(send))

    def enter(self, scope: Scope, parameters: dict[str, Any]) -> None:
        """Leave in the scope what the ordinary way would have left there."""
        around = scope.get("path_params")
        app = self.dispatch.app
        scope["app"] = app
        scope.setdefault("router", app.router)
        scope["route"] = self.route
        scope["endpoint"] = self.route.endpoint
        scope["path_params"] = {**around, **parameters} if around else {**parameters}
        state = scope.get(KEY)
        if state or self.state:
            scope[KEY] = {**(state or {}), **(self.state or {})}
        elif state is None:
            scope[KEY] = {}


Hit = tuple[Target, dict[str, Any]]


class Dispatch(revision.Current):
    """The routes of one application, as they are now.

    Args:
        app: The application; its middleware stack is built.
    """

    def __init__(self, app: Any) -> None:
        super().__init__()
        self.app = app
        self.observer: ApplicationObserver | None = app._observer
        self._stack: Any = app.middleware_stack
        self._kind = type(app)
        self._call = self._kind.__call__
        self.middleware = self._between()
        """The application's own middleware, outermost first; `None` if it cannot be told."""
        self.layers: Layers | None = None
        """The middleware, around the turns of endpoints; `None` if there is none."""
        if self.middleware:
            self.layers = layers_around(self.middleware, self._exceptions)
            if self.layers is None:
                self.middleware = None
        self.by_path: dict[tuple[bytes, bytes], Target] = {}
        """Method and path as they are sent: those that have been found before, and of which there
        are no more than routes."""
        self._exact: dict[str, dict[str, Hit]] = {}
        if self.middleware is not None:
            self._table = index_routes(app.router.routes, Router, self._target)

    def is_open(self) -> bool:
        """Whether a request that came now could go this way.

        It could if nobody has replaced a method on the ordinary way since it was written, and
        nobody would record the request.
        """
        return (
            self._kind.__call__ is self._call
            and Starlette.__call__ is _CALL
            and StarletteRouter.__call__ is _ROUTER_CALL
            and Router.app is _APP
            and Route.matches is _MATCHES
            and Route.handle is _HANDLE
            and (self.observer is None or not self.observer.active())
        )

    def _between(self) -> list[Any] | None:
        stack = self._stack
        if type(stack) is not ErrorPage:
            return None
        if self.observer is None:
            return between(stack.app, self.app.router)
        observing: Any = stack.app
        if type(observing) is not self.observer.middleware:
            return None
        return between(observing.app, self.app.router)

    @property
    def _exceptions(self) -> ASGIApp:
        """The innermost middleware, which has the exception handlers."""
        layer = self._stack
        while type(layer) is not ExceptionMiddleware:
            layer = layer.app
        return layer

    @property
    def is_straight(self) -> bool:
        """Whether there is a straight way: everything that lies on it is known."""
        return self.middleware is not None

    def find(self, method: str, path: str) -> Hit | None:
        """Find the endpoint that serves a request, if one certainly does."""
        hit = self._exact.get(method, _NONE).get(path)
        if hit is not None:
            return hit
        for target in self._table.find(path):
            regex = target.regex
            if regex is None:
                if target.is_websocket:
                    continue
                return None
            match = regex.match(path)
            if match is None:
                continue
            if target.endpoint is None:
                return None
            if method in target.methods:
                try:
                    return self._hit(target, method, path, match)
                except Exception:  # of a convertor: its place is in the ordinary way
                    return None
        return None

    def _hit(self, target: Target, method: str, path: str, match: re.Match[str]) -> Hit:
        if not target.has_parameters:
            hit: Hit = target, {}
            self._exact.setdefault(method, {})[path] = hit
            return hit
        parameters = match.groupdict()
        if target.convertors:
            for name, convertor in target.convertors.items():
                parameters[name] = convertor.convert(parameters[name])
        return target, parameters

    def remember(self, method: bytes, raw_path: bytes, target: Target) -> None:
        """Find a path by its bytes from now on, if it is that of a route."""
        if not target.has_parameters and raw_path == target.route_path:
            self.by_path[method, raw_path] = target

    def after_exception(self, scope: Scope, raised: Raised) -> ASGIApp:
        """The application that answers an exception of an endpoint, in its place in the layers."""
        if self.layers is None:
            scope[PENDING] = raised
            app: ASGIApp = self._stack
            return app
        # Middleware and handlers have seen it already; what is left is the error page.
        page: ASGIApp = self._stack.around(raised.again, raised.request_headers)
        return page

    def _target(self, candidate: Any) -> Target:
        route = candidate
        if isinstance(candidate, EffectiveRoute | EffectiveStarletteRoute):
            route = candidate.original_route
        if isinstance(route, StarletteWebSocketRoute):
            return Target(self, is_websocket=True)
        if not isinstance(route, Route):
            # A mount, say: if the path is one of its own, the ordinary way leads there.
            return Target(self, candidate)
        target = Target(
            self,
            candidate,
            route=route,
            methods=frozenset(candidate.methods or ()),
            convertors={
                name: convertor
                for name, convertor in candidate.param_convertors.items()
                if type(convertor) is not StringConvertor
            },
            has_parameters=bool(candidate.param_convertors),
            route_path=candidate.path.encode(),
        )
        app: Any = candidate.app
        if _is_served_as_declared(route) and type(app) is Endpoint:
            target.endpoint = app
        if candidate is not route:
            target.state = {EFFECTIVE_ROUTE: candidate}
        return target


_NONE: dict[str, Hit] = {}


def between(limit: Any, router: Any) -> list[Any] | None:
    """The middleware between the application's own layers, outermost first.

    `None` if these are not all there, each as it was made, with the router innermost.
    """
    if type(limit) is not ApplicationBodyLimit or limit.max_body_size is not None:
        return None
    found: list[Any] = []
    layer: Any = limit.app
    while type(layer) is not ExceptionMiddleware:
        found.append(layer)
        layer = getattr(layer, "app", None)
        if layer is None:
            return None
    if type(router) is not Router or "app" in vars(router):
        return None
    if layer.app is not router or router.middleware_stack is not router._own_stack:
        return None
    return found if router.max_body_size is None else None


def _is_served_as_declared(route: Route) -> bool:
    kind = type(route)
    own = vars(route)
    return (
        kind.matches is Route.matches
        and kind.handle is Route.handle
        and "matches" not in own
        and "handle" not in own
    )
