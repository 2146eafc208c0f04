"""Routes: a declaration, its Plan, and their place in Starlette's routing."""

import inspect
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from enum import Enum, IntEnum
from functools import cache
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import (
    BaseRoute,
    Match,
    Route as StarletteRoute,
    WebSocketRoute as StarletteWebSocketRoute,
    get_name,
)
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import Unpack

from ..analyse.endpoint import endpoint_context, plan_endpoint, plan_websocket
from ..analyse.plan import CallPlan, Plan
from ..declare.declaration import Declaration
from ..declare.depends import Depends
from ..declare.limits import validate_form_limits, validate_max_body_size
from ..declare.options import ROUTE_DEFAULTS, AddRouteOptions
from ..ground.callables import AnyCallable
from ..ground.sentinels import DefaultPlaceholder
from ..ground.signatures import publish_options, reject_unknown
from ..serve.asgi import make_websocket_handler, request_response, websocket_session
from ..serve.endpoint import Endpoint
from ..serve.handler import Handler
from ..serve.limits import limit_body
from ..serve.scope import ALLOWED_METHODS, effective_route, routing_state
from . import revision, seams
from .template import PathRegex, read_template

EFFECTIVE: ContextVar[Any] = ContextVar("talarian_effective_route", default=None)
"""The included form of a route while its handler is being made; `None` for the route itself."""

_DECLARED = frozenset(Declaration.__dataclass_fields__)
_READ = tuple(_DECLARED - {"response_model", "methods"})
"""What a route has as it was declared."""


class Route(seams.Viewed[Plan], StarletteRoute):
    """An HTTP endpoint.

    Its attributes are what it was declared with, under FastAPI's names. Those that only the
    documentation shows may be changed later.

    Raises:
        AssertionError, TalarianError, ValueError: When the declaration contradicts itself.
    """

    tags: list[str | Enum]
    dependencies: list[Depends]
    summary: str | None
    description: str
    operation_id: str | None
    deprecated: bool | None
    callbacks: list[BaseRoute]
    response_class: type[Response] | DefaultPlaceholder
    path_regex: Any = PathRegex()

    @publish_options(AddRouteOptions, ROUTE_DEFAULTS | {"dependency_overrides_provider": None})
    def __init__(
        self,
        path: str,
        endpoint: AnyCallable,
        *,
        dependency_overrides_provider: Any | None = None,
        **options: Unpack[AddRouteOptions],
    ) -> None:
        reject_unknown(f"{type(self).__name__}.__init__", AddRouteOptions, options)
        given: dict[str, Any] = {**ROUTE_DEFAULTS, **options}
        validate_max_body_size(given.get("max_body_size"))
        path_format, convertors = read_template(path)
        self._set(
            {
                "path": path,
                "endpoint": endpoint,
                "dependency_overrides_provider": dependency_overrides_provider,
                "name": given.get("name") or get_name(endpoint),
                "path_format": path_format,
                "param_convertors": convertors,
                "methods": {method.upper() for method in given.get("methods") or ("GET",)},
                "_template": path,
                **_options(given, endpoint),
            }
        )
        self.unique_id = self.operation_id or unique_id_of(self)
        self.declared_plan = plan_endpoint(self.declaration, self.path_format, self.unique_id)
        self.app = self.build_app()

    def _set(self, values: dict[str, Any]) -> None:
        """Set many attributes at once; a subclass may have made some of them its own affair."""
        kind: Any = type(self)
        if _is_plain(kind):
            vars(self).update(values)
            revision.changed()
            return
        for name, value in values.items():
            setattr(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in _DECLARED or name == "path_regex":
            revision.changed()
        elif name in _SERVING:
            revision.served_otherwise()

    @property
    def response_model(self) -> Any:
        """The response model: declared, or else the return annotation; `None` without one."""
        inferred = isinstance(self._declared_model, DefaultPlaceholder)
        return self.declared_plan.response.model if inferred else self._declared_model

    @response_model.setter
    def response_model(self, model: Any) -> None:
        self._declared_model = model

    @property
    def declaration(self) -> Declaration:
        """What this route was declared with, as it is now."""
        values = {name: getattr(self, name) for name in _READ}
        values["response_model"] = self._declared_model
        values["methods"] = frozenset(self.methods or ())
        return Declaration(**values)

    def get_route_handler(self) -> Handler:
        """Return the function from request to response that serves this route.

        Subclasses override it to wrap the handler:
        https://fastapi.tiangolo.com/how-to/custom-request-and-route/
        """
        return seams.build_handler(EFFECTIVE.get() or self)

    def build_app(self, effective: Any = None) -> ASGIApp:
        """Make the ASGI application of this route, or of one of its inclusions."""
        route = effective or self
        if self._has_own_handler():
            token = EFFECTIVE.set(effective)
            try:
                app = request_response(self.get_route_handler())
            finally:
                EFFECTIVE.reset(token)
        else:
            app = Endpoint(route, route.dependency_overrides_provider)
        return limit_body(app, route.max_body_size)

    def _has_own_handler(self) -> bool:
        """Whether somebody makes the handlers of this route in another way."""
        method = self.get_route_handler
        overridden = getattr(method, "__func__", method) is not Route.get_route_handler
        return overridden or seams.handler_factory is not None

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match path and method; a path alone is a partial match, for the 405."""
        included = effective_route(scope, self)
        if included is not None:
            found: tuple[Match, Scope] = included.matches(scope)
            return found
        match, child_scope = super().matches(scope)
        if match is not Match.NONE:
            child_scope["route"] = self
        return match, child_scope

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        included = effective_route(scope, self)
        serving: Any = included if included is not None else self
        if scope["method"] not in serving.methods:
            await method_not_allowed(serving.methods, scope, receive, send)
        else:
            await serving.app(scope, receive, send)


@cache
def _is_plain(route_class: type[Route]) -> bool:
    """Whether setting an attribute that was declared does nothing but that."""
    return route_class.__setattr__ is Route.__setattr__ and not any(
        hasattr(getattr(route_class, name, None), "__set__") for name in _OWN_ATTRIBUTES
    )


def _options(given: Mapping[str, Any], endpoint: AnyCallable) -> dict[str, Any]:
    """The attributes of a route that are its options."""
    status = given.get("status_code")
    # The docstring up to a form feed: what follows is for readers of the code.
    doc = endpoint.__doc__
    text = given.get("description") or (inspect.cleandoc(doc) if doc else "")
    return {
        "form_limits": validate_form_limits(given.get("form_limits")),
        "_declared_model": given["response_model"],
        "status_code": int(status) if isinstance(status, IntEnum) else status,
        "tags": list(given.get("tags") or ()),
        "dependencies": list(given.get("dependencies") or ()),
        "responses": dict(given.get("responses") or {}),
        "callbacks": list(given.get("callbacks") or ()),
        "description": text.split("\f")[0].strip(),
        **{name: given.get(name) for name in _PLAIN},
    }


_PLAIN = (
    "summary",
    "response_description",
    "deprecated",
    "operation_id",
    "response_model_include",
    "response_model_exclude",
    "response_model_by_alias",
    "response_model_exclude_unset",
    "response_model_exclude_defaults",
    "response_model_exclude_none",
    "include_in_schema",
    "response_class",
    "openapi_extra",
    "generate_unique_id_function",
    "strict_content_type",
    "max_body_size",
)
_OWN_ATTRIBUTES = (
    *_READ,
    "methods",
    "_declared_model",
    "_template",
    "dependency_overrides_provider",
    "param_convertors",
    "path_format",
)


# What decides how a route is served, if somebody sets it on the route itself.
_SERVING = frozenset({"app", "handle", "matches", "live_plan", "declared_plan"})


class WebSocketRoute(seams.Viewed[CallPlan], StarletteWebSocketRoute):
    """A WebSocket endpoint with dependencies."""

    path_regex: Any = PathRegex()

    def __init__(
        self,
        path: str,
        endpoint: AnyCallable,
        *,
        name: str | None = None,
        dependencies: Sequence[Depends] | None = None,
        dependency_overrides_provider: Any | None = None,
    ) -> None:
        self.path = path
        self.endpoint = endpoint
        self.name = name or get_name(endpoint)
        self.dependencies = list(dependencies or ())
        self.dependency_overrides_provider = dependency_overrides_provider
        self.path_format, self.param_convertors = read_template(path)
        self._template = path
        self.declared_plan = plan_websocket(endpoint, self.path_format, self.dependencies)
        self.app = self.build_app()

    def build_app(self, effective: Any = None) -> ASGIApp:
        """Make the ASGI application of this route, or of one of its inclusions."""
        route = effective or self
        context, provider = endpoint_context(route.endpoint), route.dependency_overrides_provider
        return websocket_session(make_websocket_handler(route, context, provider))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        included = effective_route(scope, self)
        if included is not None:
            found: tuple[Match, Scope] = included.matches(scope)
            return found
        match, child_scope = super().matches(scope)
        if match is not Match.NONE:
            child_scope["route"] = self
        return match, child_scope

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        included = effective_route(scope, self)
        await (included if included is not None else self).app(scope, receive, send)


def unique_id_of(route: Any) -> str:
    """Name a route with its own or the default function."""
    function = route.generate_unique_id_function
    if isinstance(function, DefaultPlaceholder):
        function = function.value
    unique_id: str = function(route)
    return unique_id


async def method_not_allowed(methods: set[str], scope: Scope, receive: Receive, send: Send) -> None:
    """Answer 405 with the methods that would be right (RFC 9110, section 15.5.6)."""
    allowed = routing_state(scope).get(ALLOWED_METHODS) or methods
    headers = {"Allow": ", ".join(sorted(allowed))}
    if "app" in scope:
        raise HTTPException(status_code=405, headers=headers)
    response = PlainTextResponse("Method Not Allowed", status_code=405, headers=headers)
    await response(scope, receive, send)
