"""The ordinary application behind each middleware, known and unknown."""

import warnings
from collections.abc import Callable
from typing import Any

from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talarian import Request, Response, Talarian
from tests.protocol.apps import ordinary


def cors() -> Talarian:
    app = ordinary.make()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["https://good.example"],
        allow_methods=["GET", "POST"],
        allow_headers=["X-Asked"],
        expose_headers=["X-Shown"],
        allow_credentials=True,
        max_age=60,
    )
    return app


def cors_for_all() -> Talarian:
    app = ordinary.make()
    app.add_middleware(CORSMiddleware, allow_origins=["*"])
    return app


def gzip() -> Talarian:
    app = ordinary.make()
    app.add_middleware(GZipMiddleware, minimum_size=100)
    return app


def trusted_host() -> Talarian:
    app = ordinary.make()
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["example.com", "*.good.example"])
    return app


def https_redirect() -> Talarian:
    app = ordinary.make()
    app.add_middleware(HTTPSRedirectMiddleware)
    return app


def sessions() -> Talarian:
    app = ordinary.make()
    # Every start of a session is the same to the byte: no time in the cookie of an empty one.
    app.add_middleware(SessionMiddleware, secret_key="not a secret here", max_age=None)

    @app.get("/session")
    async def session(request: Request) -> dict[str, Any]:
        return dict(request.session)

    return app


def http_function() -> Talarian:
    app = ordinary.make()

    @app.middleware("http")
    async def mark(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path == "/sync":
            return Response("answered early", 203)
        response = await call_next(request)
        response.headers["X-Function"] = request.method
        return response

    return app


def http_functions() -> Talarian:
    """Two functions: the last added is the outermost."""
    app = http_function()

    @app.middleware("http")
    async def outer(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["X-Outer"] = response.headers.get("X-Function", "none")
        return response

    return app


class Marking(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers["X-Class"] = "yes"
        return response


def base_class() -> Talarian:
    app = ordinary.make()
    app.add_middleware(Marking)
    return app


class Unknown:
    """A middleware that nobody has heard of, which renames paths and adds a header."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-unknown", b"yes")]
            await send(message)

        if scope["type"] == "http" and scope["path"] == "/renamed":
            scope["path"] = "/items/5"
        await self.app(scope, receive, marked)


def unknown() -> Talarian:
    app = ordinary.make()
    app.add_middleware(Unknown)
    return app


def three() -> Talarian:
    app = http_function()
    app.add_middleware(GZipMiddleware, minimum_size=100)
    app.add_middleware(CORSMiddleware, allow_origins=["https://good.example"])
    return app


def mixed() -> Talarian:
    """An unknown one between two known ones."""
    app = ordinary.make()
    app.add_middleware(GZipMiddleware, minimum_size=100)
    app.add_middleware(Unknown)
    app.add_middleware(CORSMiddleware, allow_origins=["https://good.example"])
    return app


def root_path() -> Talarian:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ordinary.make(root_path="/prefix")


def raw_asgi() -> ASGIApp:
    """Not the application itself, but a function around it."""
    app = ordinary.make()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)

    return wrapped


APPS: dict[str, Callable[[], Any]] = {
    make.__name__: make
    for make in (
        *(cors, cors_for_all, gzip, trusted_host, https_redirect, sessions, http_function),
        *(http_functions, base_class, unknown, three, mixed, root_path, raw_asgi),
    )
}
