"""Stacks of middleware, and applications that have them."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talarian.engine.app.application import Talarian

from .endpoints import add_to
from .log import Handled, log
from .programs import Program, programs


@dataclass(frozen=True)
class Known:
    """Middleware of Starlette with its options."""

    kind: Any
    options: dict[str, Any]

    def entry(self, name: str) -> Middleware:
        return Middleware(self.kind, **self.options)


@dataclass(frozen=True)
class Http:
    """A function, or a subclass of `BaseHTTPMiddleware`."""

    program: Program

    def entry(self, name: str) -> Middleware:
        if self.program.is_class:
            return Middleware(self.program.subclass(name))
        return Middleware(BaseHTTPMiddleware, dispatch=self.program.dispatch(name))


@dataclass(frozen=True)
class Unknown:
    """Middleware of somebody else's, on plain ASGI."""

    def entry(self, name: str) -> Middleware:
        return Middleware(_Watching, name=name)


class _Watching:
    def __init__(self, app: ASGIApp, name: str) -> None:
        self.app, self.name = app, name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def watched(message: Message) -> None:
            if message["type"] != "http.response.body":
                log.note(self.name, "passes", message["type"])
            await send(message)

        await self.app(scope, receive, watched)
        log.note(self.name, "ends")


Layer = Known | Http | Unknown

_ORIGINS = ("http://a.example", "http://b.example")
_CORS = st.fixed_dictionaries(
    {},
    optional={
        "allow_origins": st.sampled_from([("*",), _ORIGINS[:1], _ORIGINS, ()]),
        "allow_methods": st.sampled_from([("*",), ("GET", "POST"), ("PUT",)]),
        "allow_headers": st.sampled_from([("*",), ("X-One",), ()]),
        "allow_credentials": st.booleans(),
        "allow_origin_regex": st.sampled_from([r"http://.\.example", r"https://.*"]),
        "allow_private_network": st.booleans(),
        "expose_headers": st.sampled_from([("X-One", "X-Two"), ()]),
        "max_age": st.sampled_from([0, 600]),
    },
)
_GZIP = st.fixed_dictionaries(
    {},
    optional={
        "minimum_size": st.sampled_from([0, 1, 7, 8, 500, 5000]),
        "compresslevel": st.sampled_from([1, 9]),
        "thread_minimum_size": st.sampled_from([1, 1000, 128 * 1024]),
        "exclude_content_types": st.sampled_from(
            [(), ("application/json",), ("application/*",), ("text/*", "image/png")]
        ),
    },
)
_HOSTS = st.sampled_from([("*",), ("test",), ("*.test",), ("elsewhere",)])
_SESSIONS = st.fixed_dictionaries(
    {"secret_key": st.just("secret")}, optional={"https_only": st.booleans()}
)


def layers(endpoint: str) -> st.SearchStrategy[Layer]:
    known = st.one_of(
        _CORS.map(lambda options: Known(CORSMiddleware, options)),
        _GZIP.map(lambda options: Known(GZipMiddleware, options)),
        st.just(Known(HTTPSRedirectMiddleware, {})),
        _HOSTS.map(lambda hosts: Known(TrustedHostMiddleware, {"allowed_hosts": hosts})),
        _SESSIONS.map(lambda options: Known(SessionMiddleware, options)),
    )
    http = programs(endpoint).map(Http)
    # Nearly always all of it is known, or there would be nothing to compare.
    return st.one_of(*[known] * 9, *[http] * 10, st.just(Unknown()))


@dataclass(frozen=True)
class Stack:
    """One application."""

    endpoint: str
    layers: tuple[Layer, ...]
    answers_errors: bool

    def application(self) -> Talarian:
        middleware = [layer.entry(f"m{index}") for index, layer in enumerate(self.layers)]
        app = Talarian(middleware=middleware, openapi_url=None)
        add_to(app, self.endpoint)
        app.add_exception_handler(Handled, _handle)
        if self.answers_errors:
            app.add_exception_handler(500, _handle)
        app.middleware_stack = app.build_middleware_stack()
        return app


def _handle(request: Request, error: Exception) -> Response:
    log.note("handler", type(error).__name__, str(error), request.scope["path"])
    return PlainTextResponse("handled", 499, headers={"vary": "Accept"})


@st.composite
def stacks(draw: st.DrawFn, endpoint: str) -> Stack:
    """Applications with middleware around one of the endpoints."""
    items = draw(st.lists(layers(endpoint), min_size=0, max_size=4))
    return Stack(endpoint, tuple(items), draw(st.booleans()))
