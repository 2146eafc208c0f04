"""The view of an application that rules look at: prepared once, and only read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Host, Mount

from talarian.engine.analyse.plan import CallPlan, Injection, Plan
from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route, WebSocketRoute
from talarian.engine.app.tree import RouteContext, iter_route_contexts
from talarian.engine.ground.templates import parameter_names

from .finding import Place
from .origin import Origin
from .sources import Sources, place_of


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """A route that has a Plan."""

    context: RouteContext
    root: CallPlan
    """The endpoint's function and its dependencies."""
    plan: Plan | None
    """`None` for a WebSocket."""

    @property
    def path(self) -> str:
        return self.context.path_format or ""

    @property
    def methods(self) -> list[str]:
        return sorted(self.context.methods or ())

    @property
    def place(self) -> Place | None:
        return place_of(self.root.call)

    def __str__(self) -> str:
        return described(self.context)


@dataclass(slots=True, eq=False)
class Dependency:
    """A callable that endpoints depend on, in one of its scopes."""

    call: CallPlan
    endpoints: list[Endpoint] = field(default_factory=list)

    @property
    def name(self) -> str:
        return getattr(self.call.call, "__name__", None) or type(self.call.call).__name__


class Application:
    """One application: the outermost one, or one that is mounted in it.

    Args:
        app: The application.
        sources: Finds the source of its functions.
        path: The path template it is mounted at.
        module: The module that it, or the one it is mounted in, was imported from.
    """

    def __init__(
        self, app: Talarian, sources: Sources, *, path: str = "", module: str | None = None
    ) -> None:
        self.app = app
        self.sources = sources
        self.path = path
        self.module = module

    @cached_property
    def routes(self) -> list[RouteContext]:
        """Every route, in the order in which they are tried."""
        return list(iter_route_contexts(self.app.router.routes))

    @cached_property
    def endpoints(self) -> list[Endpoint]:
        """HTTP and WebSocket routes that have a Plan."""
        return [
            Endpoint(context, plan.root, plan)
            if isinstance(plan := context.plan, Plan)
            else Endpoint(context, plan, None)
            for context in self.routes
            if isinstance(context.original_route, (Route, WebSocketRoute))
        ]

    @cached_property
    def http_endpoints(self) -> list[tuple[Endpoint, Plan]]:
        return [(each, each.plan) for each in self.endpoints if each.plan is not None]

    @cached_property
    def dependencies(self) -> list[Dependency]:
        """Each dependency of the HTTP endpoints once, with the endpoints that use it."""
        found: dict[Any, Dependency] = {}
        for endpoint, _ in self.http_endpoints:
            used = {(call.call, call.scope): call for call in _below(endpoint.root)}
            for key, call in used.items():
                found.setdefault(key, Dependency(call)).endpoints.append(endpoint)
        return list(found.values())

    @property
    def mounted(self) -> Iterator[tuple[str, Starlette]]:
        """The applications mounted in this one, with the paths they are at."""
        for context in self.routes:
            route = context.original_route
            inner = unwrapped(getattr(route, "app", None))
            if isinstance(inner, Starlette):
                if isinstance(route, Mount):
                    yield self.path + (context.path or ""), inner
                elif isinstance(route, Host):
                    yield f"{self.path}//{route.host}", inner

    @property
    def middleware(self) -> list[Middleware]:
        return self.app.user_middleware

    @cached_property
    def outer_names(self) -> frozenset[str]:
        """The path parameters in the path this application is mounted at."""
        return parameter_names(self.path)

    @cached_property
    def place(self) -> Place | None:
        """Where the application is created."""
        return self._origin.created()

    def place_of_mention(self, name: str) -> Place | None:
        """Where `name` is called or given as an argument; else where the application is created."""
        return self._origin.mention(name) or self.place

    @cached_property
    def _origin(self) -> Origin:
        first = [] if self.module is None else [self.module]
        modules = (endpoint.root.call.__module__ for endpoint in self.endpoints)
        return Origin(self.app, (*first, *modules), self.sources)


def described(context: RouteContext) -> str:
    """Return a route as people write it: `GET /items/{item_id}`."""
    route = context.original_route
    kind = "/".join(sorted(context.methods or ())) or type(route).__name__
    if isinstance(route, WebSocketRoute):
        kind = "WebSocket"
    return f"{kind} {context.path or '/'}"


def injected(call: CallPlan, kind: Injection) -> list[str]:
    """Return the parameters of a call that are filled with an object of this kind."""
    return [name for name, injection in call.injections if injection is kind]


def unwrapped(app: Any) -> Any:
    """Return the application inside middleware that was put around it by hand."""
    while not isinstance(app, Starlette) and hasattr(app, "app"):
        app = app.app
    return app


def _below(root: CallPlan) -> Iterator[CallPlan]:
    for dependency in root.dependencies:
        yield from dependency.walk()
