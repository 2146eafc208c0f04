"""Answering with another application: its routes, behind this one's dependencies."""

from starlette.responses import Response
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    # Nothing from elsewhere is loaded, and no other site shows these pages in a frame.
    (b"content-security-policy", _CSP.encode()),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
_PRIVATE = (b"cache-control", b"no-store")

# What the outer application's routing has put into the scope: the inner one does its own.
_OF_ROUTING = frozenset({"router", "route", "endpoint", "path_params"})


class Mounted:
    """An application at a path, which finds its own addresses by name.

    Args:
        path: Where it is, as in `Mount`.
        app: The application.
        name: The prefix of its routes' names.
    """

    def __init__(self, path: str, app: ASGIApp, name: str) -> None:
        self._path = path
        self._router = Router([Mount(path, app=app, name=name)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        own = {key: value for key, value in scope.items() if key not in _OF_ROUTING}
        root = scope.get("root_path", "").rstrip("/")
        if root and not f"{scope['path']}/".startswith(f"{root}/"):
            # A proxy has taken the prefix away; the inner routing counts on it.
            own["path"] = root + scope["path"]
        # Its own addresses begin where this application does, wherever that is mounted.
        own["app_root_path"] = root
        is_static = own["path"].startswith(f"{root}{self._path}/static/")
        headers = _HEADERS if is_static else (*_HEADERS, _PRIVATE)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        await self._router(own, receive, send_with_headers)


class Handover(Response):
    """A response that another application gives."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
