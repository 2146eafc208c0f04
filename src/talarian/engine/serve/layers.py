"""Known middleware around compiled endpoints.

Middleware of Starlette runs as it is, on plain ASGI, but around the endpoint's turn instead of
around routing: the route is found before. `BaseHTTPMiddleware`, and so every function under
`@app.middleware("http")`, is the exception: it starts a task and a stream for each request, which
costs more than all the rest together. Where nobody could notice, it runs without them
(`sametask`).
"""

from collections.abc import Callable, Sequence
from contextvars import Context
from copy import copy
from typing import Any

from starlette.background import BackgroundTask
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from ..compile.build import Compiled
from .endpoint import Endpoint
from .sametask import SameTask, in_context
from .scope import PENDING
from .turns import Raised

LAYERED = "talarian_layered"
"""Where the scope carries the `Layered` of a request through its middleware."""

_KNOWN = [CORSMiddleware, GZipMiddleware, HTTPSRedirectMiddleware, TrustedHostMiddleware]
try:
    from starlette.middleware.sessions import SessionMiddleware
except ImportError:  # without itsdangerous there are no sessions
    pass
else:
    _KNOWN.append(SessionMiddleware)  # type: ignore[arg-type]


class Layered:
    """One request on its way through known middleware.

    Args:
        endpoint: What it is for.
        compiled: The endpoint's compiled form.
        scope: The request, whose route has been found.
    """

    def __init__(self, endpoint: Endpoint, compiled: Compiled, scope: Scope) -> None:
        self.endpoint = endpoint
        self.compiled = compiled
        self.background: list[tuple[Context, BackgroundTask]] = []
        """What is left to do when the response has been sent."""
        self._found_by = _routed_by(scope)

    def is_moved(self, scope: Scope) -> bool:
        """Whether middleware has changed what the route was found by."""
        return self._found_by != _routed_by(scope)

    async def run_background(self) -> None:
        for context, task in self.background:
            await in_context(context, task())


def _routed_by(scope: Scope) -> tuple[Any, ...]:
    return scope["method"], scope["path"], scope.get("root_path", "")


class Core:
    """The innermost layer: the endpoint's turn, and handlers for its exceptions.

    Args:
        exceptions: The application's own innermost middleware, around its router.
    """

    def __init__(self, exceptions: ASGIApp) -> None:
        self._exceptions = exceptions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        layered: Layered = scope[LAYERED]
        if layered.is_moved(scope):
            await self._exceptions(scope, receive, send)
            return
        turn = layered.endpoint.turn(layered.compiled, scope, receive, send)
        try:
            await turn.run()
        except Exception as error:
            raised = scope[PENDING] = Raised(turn, error)
            await self._exceptions(scope, receive, raised.outlet(send))


def around(middleware: Sequence[Any], exceptions: ASGIApp) -> ASGIApp | None:
    """Put copies of an application's middleware around the endpoints' turns.

    Args:
        middleware: Outermost first, each as the application has it.
        exceptions: What lies inside of them.

    Returns:
        The outermost layer, or `None` if one of them is not known here.
    """
    app: ASGIApp = Core(exceptions)
    for layer in reversed(middleware):
        remake = _remake(layer)
        if remake is None:
            return None
        app = remake(app)
    return app


def _remake(layer: Any) -> Callable[[ASGIApp], ASGIApp] | None:
    if type(layer) in _KNOWN:
        return lambda app: _copied(layer, app)
    if isinstance(layer, BaseHTTPMiddleware) and type(layer).__call__ is BaseHTTPMiddleware.__call__:
        return lambda app: SameTask(_copied(layer, app), app, LAYERED)
    return None


def _copied(layer: Any, app: ASGIApp) -> Any:
    """The same middleware around another application."""
    copied = copy(layer)
    copied.app = app
    return copied
