"""The router: a group of routes with something in common."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette._utils import get_route_path
from starlette.datastructures import URL
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Match, Router as StarletteRouter
from starlette.types import Receive, Scope, Send
from typing_extensions import Unpack, deprecated

from ..declare.declaration import Inclusion, nearest
from ..declare.depends import Depends
from ..declare.limits import validate_form_limits, validate_max_body_size
from ..declare.options import (
    ROUTE_DEFAULTS,
    ROUTER_DEFAULTS,
    IncludeOptions,
    RegisterOptions,
    RouterOptions,
)
from ..ground.callables import AnyCallable
from ..ground.errors import TalarianError
from ..ground.observe import watching
from ..ground.sentinels import resolve_default
from ..ground.signatures import publish_options, reject_unknown
from ..paths.table import PathTable
from ..serve.frontend import FrontendFiles
from ..serve.lifespan import LifespanContext, as_context, merged, run_all
from ..serve.limits import UngroupedBodyErrors
from ..serve.scope import (
    ALLOWED_METHODS,
    FORM_LIMITS,
    PENDING,
    included_router,
    routing_state,
    update,
)
from . import revision
from .frontend import FrontendGroup, FrontendRoute
from .index import index_routes
from .revision import RouteList
from .route import Route, WebSocketRoute
from .tree import (
    IncludedRouter,
    allowed_methods,
    iter_route_contexts,
    leaf,
    select,
    select_low_priority,
    serve,
)
from .verbs import Endpoint, Verbs


class Router(Verbs, StarletteRouter):
    """Routes that share a prefix, tags, dependencies and the like.

    https://fastapi.tiangolo.com/tutorial/bigger-applications/
    """

    @publish_options(RouterOptions, ROUTER_DEFAULTS | {"route_class": Route})
    def __init__(self, **options: Unpack[RouterOptions]) -> None:
        reject_unknown(f"{type(self).__name__}.__init__", RouterOptions, options)
        given: dict[str, Any] = {**ROUTER_DEFAULTS, "route_class": Route, **options}
        _check_prefix(given["prefix"])
        validate_max_body_size(given.get("max_body_size"))
        self.on_startup: list[Callable[[], Any]] = list(given.get("on_startup") or ())
        self.on_shutdown: list[Callable[[], Any]] = list(given.get("on_shutdown") or ())
        lifespan = given.get("lifespan")
        super().__init__(
            routes=given.get("routes"),
            redirect_slashes=given["redirect_slashes"],
            default=given.get("default"),
            lifespan=_EventHandlers(self) if lifespan is None else as_context(lifespan),
            middleware=[Middleware(UngroupedBodyErrors)],
            max_body_size=given.get("max_body_size"),
        )
        self._own_stack = self.middleware_stack
        self._index: PathTable[Any] | None = None
        self._index_revision = -1
        self.prefix: str = given["prefix"]
        self.tags = list(given.get("tags") or ())
        self.dependencies = list(given.get("dependencies") or ())
        self.deprecated = given.get("deprecated")
        self.include_in_schema = given["include_in_schema"]
        self.responses = dict(given.get("responses") or {})
        self.callbacks = list(given.get("callbacks") or ())
        self.dependency_overrides_provider = given.get("dependency_overrides_provider")
        self.route_class: type[Route] = given["route_class"]
        self.default_response_class = given["default_response_class"]
        self.generate_unique_id_function = given["generate_unique_id_function"]
        self.strict_content_type = given["strict_content_type"]
        self.max_body_size = given.get("max_body_size")
        self.form_limits = validate_form_limits(given.get("form_limits"))
        # These names are FastAPI's, like all that extensions of routers may have come to use.
        self._low_priority_routes = RouteList()
        self._frontend_routes: FrontendGroup | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in _SERVING:
            revision.served_otherwise()

    @property
    def routes(self) -> RouteList:
        """The routes and included routers, in the order in which they are tried."""
        return self._routes

    @routes.setter
    def routes(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes if isinstance(routes, RouteList) else RouteList(routes)

    surround: Callable[[LifespanContext], LifespanContext] | None = None
    """Put around whatever lifespan the router has when it starts, for those who must be first."""

    @property
    def lifespan_context(self) -> LifespanContext:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The lifespan, as those run it who run the application."""
        own, surround = self._own_lifespan, self.surround
        # A default one stays recognisable; it asks for what is around it by itself.
        return own if surround is None or isinstance(own, _EventHandlers) else surround(own)

    @lifespan_context.setter
    def lifespan_context(  # pyright: ignore[reportIncompatibleVariableOverride]
        self, lifespan: LifespanContext
    ) -> None:
        self._own_lifespan = lifespan

    @publish_options(RegisterOptions, ROUTE_DEFAULTS)
    def add_api_route(
        self,
        path: str,
        endpoint: AnyCallable,
        **options: Unpack[RegisterOptions],
    ) -> None:
        """Serve `path` with `endpoint`; what the router shares with its routes is added."""
        reject_unknown(f"{type(self).__name__}.add_api_route", RegisterOptions, options)
        given: dict[str, Any] = dict(options)
        route_class = given.pop("route_class_override", None) or self.route_class
        default = ROUTE_DEFAULTS
        given["tags"] = [*self.tags, *(given.get("tags") or ())]
        given["dependencies"] = [*self.dependencies, *(given.get("dependencies") or ())]
        given["callbacks"] = [*self.callbacks, *(given.get("callbacks") or ())]
        given["responses"] = {**self.responses, **(given.get("responses") or {})}
        given["deprecated"] = given.get("deprecated") or self.deprecated
        given["include_in_schema"] = given.get("include_in_schema", True) and self.include_in_schema
        for name, own in (
            ("response_class", self.default_response_class),
            ("generate_unique_id_function", self.generate_unique_id_function),
            ("strict_content_type", self.strict_content_type),
        ):
            given[name] = resolve_default(given.get(name, default[name]), own)
        validate_max_body_size(given.get("max_body_size"))
        given["max_body_size"] = nearest(given.get("max_body_size"), self.max_body_size)
        given["form_limits"] = {
            **self.form_limits,
            **validate_form_limits(given.get("form_limits")),
        }
        route = route_class(
            self.prefix + path,
            endpoint,
            dependency_overrides_provider=self.dependency_overrides_provider,
            **given,
        )
        self.routes.append(route)

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: AnyCallable,
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> None:
        """Serve WebSocket connections to `path` with `endpoint`."""
        route = WebSocketRoute(
            self.prefix + path,
            endpoint,
            name=name,
            dependencies=[*self.dependencies, *(dependencies or ())],
            dependency_overrides_provider=self.dependency_overrides_provider,
        )
        self.routes.append(route)

    def add_frontend(self, path: str, files: FrontendFiles) -> None:
        """Serve `files` below `path` where the whole application has no route."""
        if self._frontend_routes is None:
            self._frontend_routes = FrontendGroup(
                dependencies=self.dependencies,
                max_body_size=self.max_body_size,
                form_limits=self.form_limits,
                dependency_overrides_provider=self.dependency_overrides_provider,
            )
            self._low_priority_routes.append(self._frontend_routes)
        self._frontend_routes.routes.append(FrontendRoute(self.prefix, path, files))

    def route(
        self,
        path: str,
        methods: Sequence[str] | None = None,
        name: str | None = None,
        include_in_schema: bool = True,
    ) -> Callable[[Endpoint], Endpoint]:
        """Serve `path` with a plain Starlette function of a request."""

        def decorate(endpoint: Endpoint) -> Endpoint:
            self.add_route(
                path, endpoint, methods=methods, name=name, include_in_schema=include_in_schema
            )
            return endpoint

        return decorate

    def websocket_route(self, path: str, name: str | None = None) -> Callable[[Endpoint], Endpoint]:
        """Serve WebSocket connections to `path` with a plain Starlette function."""

        def decorate(endpoint: Endpoint) -> Endpoint:
            self.add_websocket_route(path, endpoint, name=name)
            return endpoint

        return decorate

    @publish_options(IncludeOptions, ROUTER_DEFAULTS)
    def include_router(self, router: "Router", **options: Unpack[IncludeOptions]) -> None:
        """Serve the routes of another router, those that it will have later too.

        Raises:
            AssertionError: When the prefix is wrong, or the routers would include each other.
            TalarianError: When a route would have neither a prefix nor a path.
        """
        reject_unknown(f"{type(self).__name__}.include_router", IncludeOptions, options)
        assert self is not router, (
            "Cannot include the same APIRouter instance into itself. "
            "Did you mean to include a different router?"
        )
        assert not router.includes(self), (
            "Cannot include a router that already includes this router: a request would go round"
            " in circles."
        )
        given: dict[str, Any] = {**ROUTER_DEFAULTS, **options}
        _check_prefix(given["prefix"])
        validate_max_body_size(given.get("max_body_size"))
        if not given["prefix"]:
            _check_paths(router)
        node = IncludedRouter(
            router, self._inclusion(router, given), self.dependency_overrides_provider
        )
        self.routes.append(node)
        self.on_startup.extend(router.on_startup)
        self.on_shutdown.extend(router.on_shutdown)
        if not isinstance(router.lifespan_context, _EventHandlers):
            self._own_lifespan = merged(self._own_lifespan, router.lifespan_context)

    def _inclusion(self, router: "Router", given: dict[str, Any]) -> Inclusion:
        own = Inclusion(
            prefix=self.prefix,
            tags=self.tags,
            dependencies=self.dependencies,
            default_response_class=self.default_response_class,
            responses=self.responses,
            callbacks=self.callbacks,
            deprecated=self.deprecated,
            include_in_schema=self.include_in_schema,
            generate_unique_id_function=self.generate_unique_id_function,
            strict_content_type=self.strict_content_type,
            max_body_size=self.max_body_size,
            form_limits=self.form_limits,
        )
        asked = Inclusion(
            prefix=given["prefix"],
            tags=given.get("tags") or (),
            dependencies=given.get("dependencies") or (),
            default_response_class=resolve_default(
                router.default_response_class, given["default_response_class"]
            ),
            responses=given.get("responses") or {},
            callbacks=given.get("callbacks") or (),
            deprecated=given.get("deprecated"),
            include_in_schema=given["include_in_schema"],
            generate_unique_id_function=resolve_default(
                router.generate_unique_id_function, given["generate_unique_id_function"]
            ),
            strict_content_type=router.strict_content_type,
            max_body_size=given.get("max_body_size"),
            form_limits=validate_form_limits(given.get("form_limits")),
        )
        return own.around(asked)

    def includes(self, router: StarletteRouter) -> bool:
        """Whether `router` is somewhere below this one."""
        return any(
            node.original_router is router or node.original_router.includes(router)
            for node in self.routes
            if isinstance(node, IncludedRouter)
        )

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether an included router has a route for a request; subclasses may decide first."""
        node = included_router(scope, self)
        if node is None:
            return Match.NONE, {}
        match, _, _ = node.select(scope)
        return match, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request: through the inclusion that matched, or as a router of its own."""
        node = included_router(scope, self)
        if node is None:
            await self.app(scope, receive, send)
        else:
            await node._handle_selected(scope, receive, send)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find the route and hand over; without one, redirect a slash or answer 404."""
        assert scope["type"] in ("http", "websocket", "lifespan")
        scope.setdefault("router", self)
        if (pending := scope.pop(PENDING, None)) is not None:
            await pending(scope, receive, send)
            return
        if scope["type"] == "lifespan":
            await self.lifespan(scope, receive, send)
            return
        state = routing_state(scope)
        if self.form_limits:
            state[FORM_LIMITS] = {**state.get(FORM_LIMITS, {}), **self.form_limits}
        candidates = self._candidates(get_route_path(scope))
        match, child_scope, route = select(candidates, scope)
        if match is not Match.NONE:
            scope.setdefault("route", route)
            if match is Match.PARTIAL:
                state[ALLOWED_METHODS] = allowed_methods(candidates, scope)
        elif redirect := self._slash_redirect(scope):
            await redirect(scope, receive, send)
            return
        else:
            match, child_scope, route = select_low_priority(self._iter_low_priority(), scope)
        if match is Match.NONE:
            await self.default(scope, receive, send)
            return
        update(scope, child_scope)
        await serve(route, scope, receive, send)

    def _candidates(self, path: str) -> list[Any]:
        """The routes that could serve `path`; the index is made anew when a tree has changed."""
        if self._index is None or self._index_revision != revision.current():
            self._index_revision = revision.current()
            self._index = index_routes(self.routes, Router, lambda candidate: candidate)
        return self._index.find(path)

    def _iter_low_priority(self) -> Iterator[BaseRoute]:
        """What is tried last: the own front ends first, then those of included routers."""
        yield from self._low_priority_routes
        for node in self.routes:
            if isinstance(node, IncludedRouter):
                yield from node.effective_low_priority_routes()

    def _slash_redirect(self, scope: Scope) -> RedirectResponse | None:
        """The same path with (or without) a slash at its end, if that one is served."""
        path = get_route_path(scope)
        if scope["type"] != "http" or not self.redirect_slashes or path == "/":
            return None
        other = dict(scope)
        other["path"] = other["path"].rstrip("/") if path.endswith("/") else other["path"] + "/"
        match, _, route = select(self._candidates(get_route_path(other)), other)
        if match is Match.NONE:
            return None
        watching.get().routed(scope, leaf(route, other))
        return RedirectResponse(url=str(URL(scope=other)))

    def _get_routes_version(self) -> int:
        """A number that is another one when any router's routes have changed."""
        return revision.current()

    def _mark_routes_changed(self) -> None:
        """Say that routes were changed in a way that their lists cannot notice."""
        revision.changed()

    def add_event_handler(self, event_type: str, func: Callable[[], Any]) -> None:
        """Run `func` at `startup` or `shutdown`, unless a lifespan was given."""
        assert event_type in ("startup", "shutdown")
        (self.on_startup if event_type == "startup" else self.on_shutdown).append(func)

    @deprecated(
        "on_event is deprecated, use lifespan event handlers instead. "
        "Read more about it in the docs: https://fastapi.tiangolo.com/advanced/events/"
    )
    def on_event(self, event_type: str) -> Callable[[Endpoint], Endpoint]:
        """Run the decorated function at `startup` or `shutdown`."""

        def decorate(function: Endpoint) -> Endpoint:
            self.add_event_handler(event_type, function)
            return function

        return decorate


# What the straight way to endpoints goes past.
_SERVING = frozenset({"app", "middleware_stack", "max_body_size"})


class _EventHandlers(AbstractAsyncContextManager[None]):
    """The lifespan of a router that was given none: its start-up and shutdown handlers."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def __call__(self, app: object) -> AbstractAsyncContextManager[Any]:
        surround = self._router.surround
        return self if surround is None else surround(lambda app: self)(app)

    async def __aenter__(self) -> None:
        await run_all(self._router.on_startup)

    async def __aexit__(self, *exc_info: object) -> None:
        await run_all(self._router.on_shutdown)


def _check_prefix(prefix: str) -> None:
    if prefix:
        assert prefix.startswith("/"), "A path prefix must start with '/'"
        assert not prefix.endswith("/"), (
            "A path prefix must not end with '/', as the routes will start with '/'"
        )


def _check_paths(router: Router) -> None:
    for context in iter_route_contexts(router.routes):
        if context.path == "":
            raise TalarianError(
                f"Prefix and path cannot be both empty (path operation: {context.name})"
            )
