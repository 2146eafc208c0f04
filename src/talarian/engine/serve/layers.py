"""Known middleware around compiled endpoints.

Middleware of Starlette runs as it is, on plain ASGI, but around the endpoint's turn instead of
around routing: the route is found before. `BaseHTTPMiddleware`, and so every function under
`@app.middleware("http")`, is the exception: it starts a task and a stream for each request, which
costs more than all the rest together. Where nobody could notice, it runs without them
(`sametask`).
"""

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context, copy_context
from copy import copy
from typing import Any

from starlette.background import BackgroundTask
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ..compile.build import Compiled
from ..compile.turn import Answer
from .endpoint import AsgiTurn, Endpoint
from .known import ShortCors, ShortGzip
from .sametask import HOST, SameTask, in_context, move_out
from .scope import PENDING
from .turns import Raised

LAYERED = "talarian_layered"
"""Where the scope carries the `Layered` of a request through its middleware."""

_KNOWN: list[type] = [HTTPSRedirectMiddleware, TrustedHostMiddleware]
try:
    from starlette.middleware.sessions import SessionMiddleware
except ImportError:  # without itsdangerous there are no sessions
    pass
else:
    _KNOWN.append(SessionMiddleware)


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


def _routed_by(scope: Scope) -> tuple[Any, ...]:
    return scope["method"], scope["path"], scope.get("root_path", "")


class Layers:
    """An application's known middleware, with the turns of its endpoints inside.

    Args:
        app: The outermost layer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def serve(
        self, endpoint: Endpoint, compiled: Compiled, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve a request whose route has been found. Unhandled exceptions come out."""
        layered = scope[LAYERED] = Layered(endpoint, compiled, scope)
        await self._app(scope, receive, send)
        for context, task in layered.background:
            await in_context(context, task())


class _Core:
    """The innermost layer: the endpoint's turn, and handlers for its exceptions."""

    def __init__(self, exceptions: ASGIApp) -> None:
        self._exceptions = exceptions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        layered: Layered = scope[LAYERED]
        if layered.is_moved(scope):
            await move_out()
            await self._exceptions(scope, receive, send)
            return
        turn = _LayeredTurn(layered.endpoint, layered.compiled, scope, receive, send)
        try:
            await turn.run()
        except Exception as error:
            raised = scope[PENDING] = Raised(turn, error)
            await self._exceptions(scope, receive, raised.outlet(send))


class _LayeredTurn(AsgiTurn):
    """A turn inside of middleware, perhaps as a guest in the middleware's task."""

    async def write(self, answer: Answer) -> None:
        guest = HOST.get()
        if guest is None or guest.has_moved:
            await super().write(answer)
        elif isinstance(answer, bytes) or type(answer).__call__ is not Response.__call__:
            if not isinstance(answer, bytes):
                await move_out()  # it sends itself, piece by piece
            await super().write(answer)
        else:
            await self._write_whole(answer)

    async def _write_whole(self, response: Response) -> None:
        """Write a response now; its tasks run when the middleware has sent it on."""
        task, response.background = response.background, None
        try:
            await super().write(response)
        finally:
            response.background = task
        if task is not None:
            layered: Layered = self.scope[LAYERED]
            layered.background.append((copy_context(), task))


def layers_around(middleware: Sequence[Any], exceptions: ASGIApp) -> Layers | None:
    """Put copies of an application's middleware around the turns of its endpoints.

    Args:
        middleware: Outermost first, each as the application has it.
        exceptions: What lies inside of them: the exception handlers, around the router.

    Returns:
        `None` if one of them is not known here.
    """
    app: ASGIApp = _Core(exceptions)
    for layer in reversed(middleware):
        remake = _remake(layer)
        if remake is None:
            return None
        app = remake(app)
    return Layers(app)


def _remake(layer: Any) -> Callable[[ASGIApp], ASGIApp] | None:
    if type(layer) in _KNOWN:
        return lambda app: _copied(layer, app)
    if type(layer) is CORSMiddleware:
        return lambda app: ShortCors(_copied(layer, app), app)
    if type(layer) is GZipMiddleware:
        return lambda app: ShortGzip(_copied(layer, app), app)
    is_base = isinstance(layer, BaseHTTPMiddleware)
    if is_base and type(layer).__call__ is BaseHTTPMiddleware.__call__:
        return lambda app: SameTask(_copied(layer, app), app, _may_be_guest)
    return None


def _copied(layer: Any, app: ASGIApp) -> Any:
    """The same middleware around another application."""
    copied = copy(layer)
    copied.app = app
    return copied


def _may_be_guest(scope: Scope) -> bool:
    layered: Layered = scope[LAYERED]
    if not layered.compiled.never_waits or layered.is_moved(scope):
        return False
    try:
        return asyncio.get_running_loop() is not None
    except RuntimeError:  # another event loop than asyncio's
        return False
