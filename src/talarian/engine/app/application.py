"""The application."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from starlette._utils import get_route_path
from starlette.applications import Starlette
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import Unpack, deprecated

from ..declare.depends import Depends
from ..declare.limits import validate_max_body_size
from ..declare.options import (
    APPLICATION_DEFAULTS,
    ROUTE_DEFAULTS,
    ROUTER_DEFAULTS,
    ApplicationOptions,
    IncludeOptions,
    Installable,
    RegisterOptions,
    TalarianOptions,
)
from ..ground import observe
from ..ground.callables import AnyCallable
from ..ground.errors import (
    RequestValidationError,
    TalarianDeprecationWarning,
    WebSocketRequestValidationError,
)
from ..ground.observe import NOBODY, watching
from ..ground.signatures import publish_options, reject_unknown
from ..serve.cors import ErrorPage
from ..serve.failures import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)
from ..serve.frontend import FrontendFiles
from ..serve.limits import ApplicationBodyLimit, is_limited_around
from ..serve.scope import PENDING
from . import revision, seams
from .dispatch import Dispatch, Target
from .openapi import Documented
from .router import Router
from .verbs import Endpoint, Verbs


class Talarian(Verbs, Documented, Starlette):
    """A web API: routes, middleware, exception handlers and their documentation.

    Takes FastAPI's keywords and means the same by them:
    https://fastapi.tiangolo.com/reference/fastapi/

    One more is our own: `extensions`, which are installed in their order (see `install`).

    Raises:
        AssertionError: When a title or a version is missing.
        ValueError: When a limit is not a number of bytes or fields.
    """

    openapi_version = "3.1.0"

    @publish_options(ApplicationOptions, APPLICATION_DEFAULTS)
    def __init__(self, **options: Unpack[TalarianOptions]) -> None:
        reject_unknown(f"{type(self).__name__}.__init__", TalarianOptions, options)
        given: dict[str, Any] = {**APPLICATION_DEFAULTS, **options}
        validate_max_body_size(given.get("max_body_size"))
        if given["root_path"]:
            warnings.warn(_ROOT_PATH, TalarianDeprecationWarning, stacklevel=2)
        self._describe(given)
        self.max_body_size = given.get("max_body_size")
        self.debug = given["debug"]
        self.state = State()
        self.root_path = given["root_path"]
        self.dependency_overrides: dict[AnyCallable, AnyCallable] = {}
        self.router = self._own_router(given)
        self.exception_handlers: dict[Any, Any] = {
            HTTPException: http_exception_handler,
            RequestValidationError: request_validation_exception_handler,
            WebSocketRequestValidationError: websocket_request_validation_exception_handler,
            **(given.get("exception_handlers") or {}),
        }
        self.user_middleware: list[Middleware] = list(given.get("middleware") or ())
        self.middleware_stack: ASGIApp | None = None
        self._dispatch: Dispatch | None = None
        make_observer = observe.application_observer
        self._observer = make_observer and make_observer(given.get("telemetry"))
        self.setup()
        self.install(*given.get("extensions", ()))

    def install(self, *extensions: Installable) -> None:
        """Add extensions (databases, sign-in, background work): see `talarian.extensions`.

        What they need to run is opened before the application's own lifespan and closed after it.

        Raises:
            TalarianError: When one is installed already, or lacks another that it needs, or the
                application is running.
        """
        for extension in extensions:
            assert seams.installer is not None, "import Talarian from talarian"
            seams.installer(self, extension)

    def _describe(self, given: dict[str, Any]) -> None:
        """Keep what the document says about the application."""
        for name in _DOCUMENTED:
            setattr(self, name, given.get(name))
        self.servers = given.get("servers") or []
        self.webhooks: Router = given.get("webhooks") or Router()
        self.openapi_schema = None
        self._openapi_revision = -1
        if self.openapi_url:
            assert self.title, "A title must be provided for OpenAPI, e.g.: 'My API'"
            assert given["version"], "A version must be provided for OpenAPI, e.g.: '2.1.0'"

    def _own_router(self, given: dict[str, Any]) -> Router:
        shared = {name: given[name] for name in _ROUTER_SHARE if name in given}
        return Router(dependency_overrides_provider=self, **shared)

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name in _SERVING:
            revision.served_otherwise()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.root_path:
            scope["root_path"] = self.root_path
        target = self._straight(scope)
        if target is None:
            await self._call_layers(scope, receive, send)
        else:
            await target.serve(scope, receive, send)

    async def _call_layers(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the application as it is built: observer, middleware, router."""
        if self._observer is None:
            await super().__call__(scope, receive, send)
        else:
            await self._observer.serve(self, super().__call__, scope, receive, send)

    def _straight(self, scope: Scope) -> Target | None:
        """What serves a request, if it is a compiled endpoint, and all around it is known."""
        if scope["type"] != "http" or self.middleware_stack is None:
            return None
        if PENDING in scope or is_limited_around(scope):
            return None
        dispatch = self.dispatch()
        if not dispatch.is_straight or not dispatch.is_open():
            return None
        hit = dispatch.find(scope["method"], get_route_path(scope))
        if hit is None or watching.get() is not NOBODY:
            return None
        target, parameters = hit
        if target.ready() is None:
            return None
        target.enter(scope, parameters)
        return target

    def dispatch(self) -> Dispatch:
        """The straight way to the endpoints, as they are now; the middleware stack is built."""
        dispatch = self._dispatch
        if dispatch is None or not dispatch.is_current:
            dispatch = self._dispatch = Dispatch(self)
        return dispatch

    def direct(self) -> Dispatch | None:
        """The straight way for a server that can take it, if calling the application adds nothing.

        The fast lane asks for it (`serve.lane`).
        """
        if type(self).__call__ is not _CALL or self.middleware_stack is None:
            return None
        dispatch = self.dispatch()
        return dispatch if dispatch.is_straight and not self.root_path else None

    @property
    def _telemetry(self) -> Any:
        # FastAPI's name for it: integrations look there.
        return self._observer and self._observer.settings

    def build_middleware_stack(self) -> ASGIApp:
        """Wrap the router: error page, body limit, the user's middleware, exception handlers.

        Of entries, as Starlette does it: instrumentation patches what an entry makes.
        """
        handlers = dict(self.exception_handlers)
        server_error = handlers.pop(500, None)
        server_error = handlers.pop(Exception, server_error)
        stack = [
            Middleware(ErrorPage, self.user_middleware, handler=server_error, debug=self.debug),
            Middleware(ApplicationBodyLimit, self.max_body_size),
            *self.user_middleware,
            Middleware(ExceptionMiddleware, handlers=handlers, debug=self.debug),
        ]
        if self._observer is not None:
            stack.insert(1, Middleware(self._observer.middleware))
        app: ASGIApp = self.router
        for middleware_class, args, kwargs in reversed(stack):
            app = middleware_class(app, *args, **kwargs)
        return app

    @publish_options(RegisterOptions, ROUTE_DEFAULTS)
    def add_api_route(
        self, path: str, endpoint: AnyCallable, **options: Unpack[RegisterOptions]
    ) -> None:
        """Serve `path` with `endpoint`."""
        self.router.add_api_route(path, endpoint, **options)

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: AnyCallable,
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> None:
        """Serve WebSocket connections to `path` with `endpoint`."""
        self.router.add_api_websocket_route(path, endpoint, name, dependencies=dependencies)

    def add_frontend(self, path: str, files: FrontendFiles) -> None:
        """Serve `files` below `path` where there is no route."""
        self.router.add_frontend(path, files)

    @publish_options(IncludeOptions, ROUTER_DEFAULTS)
    def include_router(self, router: Router, **options: Unpack[IncludeOptions]) -> None:
        """Serve the routes of a router, those that it will have later too."""
        self.router.include_router(router, **options)

    def websocket_route(self, path: str, name: str | None = None) -> Callable[[Endpoint], Endpoint]:
        """Serve WebSocket connections to `path` with a plain Starlette function."""
        decorate: Callable[[Endpoint], Endpoint] = self.router.websocket_route(path, name)
        return decorate

    @deprecated(
        "on_event is deprecated, use lifespan event handlers instead. "
        "Read more about it in the docs: https://fastapi.tiangolo.com/advanced/events/"
    )
    def on_event(self, event_type: str) -> Callable[[Endpoint], Endpoint]:
        """Run the decorated function at `startup` or `shutdown`."""

        def decorate(function: Endpoint) -> Endpoint:
            self.router.add_event_handler(event_type, function)
            return function

        return decorate

    def middleware(self, middleware_type: str) -> Callable[[Endpoint], Endpoint]:
        """Pass every request through the decorated function.

        https://fastapi.tiangolo.com/tutorial/middleware/

        Args:
            middleware_type: `"http"`, the only kind there is.
        """

        def decorate(function: Endpoint) -> Endpoint:
            self.add_middleware(BaseHTTPMiddleware, dispatch=function)
            return function

        return decorate

    def exception_handler(
        self, exc_class_or_status_code: int | type[Exception]
    ) -> Callable[[Endpoint], Endpoint]:
        """Answer an exception or a status code with the decorated function.

        https://fastapi.tiangolo.com/tutorial/handling-errors/
        """

        def decorate(function: Endpoint) -> Endpoint:
            self.add_exception_handler(exc_class_or_status_code, function)
            return function

        return decorate


_CALL = Talarian.__call__
"""As it is written here; instrumentation may replace it."""

# What the straight way to endpoints is made of, besides the routes.
_SERVING = frozenset({"middleware_stack", "root_path", "router", "_observer"})

_DOCUMENTED = (
    "title",
    "summary",
    "description",
    "version",
    "terms_of_service",
    "contact",
    "license_info",
    "openapi_url",
    "openapi_tags",
    "root_path_in_servers",
    "docs_url",
    "redoc_url",
    "swagger_ui_oauth2_redirect_url",
    "swagger_ui_init_oauth",
    "swagger_ui_parameters",
    "separate_input_output_schemas",
    "openapi_external_docs",
)

_ROUTER_SHARE = (
    "routes",
    "redirect_slashes",
    "on_startup",
    "on_shutdown",
    "lifespan",
    "default_response_class",
    "dependencies",
    "callbacks",
    "deprecated",
    "include_in_schema",
    "responses",
    "generate_unique_id_function",
    "strict_content_type",
    "form_limits",
)

_ROOT_PATH = (
    "The `root_path` parameter is deprecated. Configure the server's root path instead, for "
    "example with `talarian run --root-path /api/v1` (or `fastapi run --root-path /api/v1`)."
)
