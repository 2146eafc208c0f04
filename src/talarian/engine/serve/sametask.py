"""`BaseHTTPMiddleware` without a task and a stream of its own for each request.

Starlette runs what is below such a middleware in a second task, so that the response can pass
through while it is being made. An endpoint that gives its whole answer in one piece, with nothing
left open and without ever waiting, needs no second task: it runs inside `call_next`, in a copy of
the context, as it would in its own task.

Endpoints that wait for something take Starlette's way: a cancellation, of a timeout around
`call_next`, say, must not reach them. So do those that keep dependencies open while the answer is
sent.
"""

import asyncio
from collections.abc import Awaitable
from contextvars import copy_context

from starlette.middleware.base import BaseHTTPMiddleware, _CachedRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .guests import in_context, move_out
from .held import HeldResponse, held
from .layered import LAYERED, Layered, Stretch
from .turns import ServedTurn


class SameTask:
    """Runs one `BaseHTTPMiddleware` without a task of its own.

    Args:
        middleware: Starlette's own, around `app`.
        app: What is below.
        inside: The same without the layers' own code, if there is such a way.
    """

    def __init__(
        self, middleware: BaseHTTPMiddleware, app: ASGIApp, inside: Stretch | None
    ) -> None:
        self._middleware = middleware
        self._app = app
        self.inside = inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        layered: Layered = scope[LAYERED]
        scope = layered.turn.scope
        if layered.is_left(self):
            await self._send(layered.take(), scope, receive, send)
        elif not may_be_guest(layered.turn) or layered.is_moved():
            await move_out()
            await self._middleware(scope, receive, send)
        else:
            request = _CachedRequest(scope, receive, send)
            response = await self._called(request, layered)
            await self._send(response, scope, request.wrapped_receive, send)

    async def _send(self, response: Response, scope: Scope, receive: Receive, send: Send) -> None:
        if not (isinstance(response, HeldResponse) and response.is_untouched()):
            await move_out()  # it may take its time
        await response(scope, receive, send)

    async def respond(self, layered: Layered, around: Stretch) -> HeldResponse | None:
        headers, request = layered.turn.headers, layered.turn.cached_request()
        if layered.requests:
            request._receive = layered.requests[-1].wrapped_receive
        layered.given = given = await self._called(request, layered)
        return around.come_back(layered, headers, held(given))

    def _called(self, request: _CachedRequest, layered: Layered) -> Awaitable[Response]:
        """What the user's function makes of the request."""
        inside, has_run = self.inside, False

        async def call_next(_: Request) -> Response:
            nonlocal has_run
            context, view = copy_context(), layered.view()
            response: Response | None = None
            if inside is not None and not has_run and _may_go_inside(inside, request, layered):
                has_run = True
                layered.requests = (*layered.requests, request)
                steps = inside.respond(layered)
                try:
                    waiting = context.run(steps.send, None)
                except StopIteration as done:  # most often: it never waits
                    response = done.value
                else:
                    response = await in_context(context, steps, waiting)
            if response is None:
                receive = request.wrapped_receive
                response = await layered.as_guest(context, self._app, view, receive)
            return response

        return self._middleware.dispatch_func(request, call_next)


def may_be_guest(turn: ServedTurn) -> bool:
    """Whether the endpoint may run in the task of a middleware."""
    if not turn.compiled.never_waits:
        return False
    try:
        return asyncio.get_running_loop() is not None
    except RuntimeError:  # another event loop than asyncio's
        return False


def _may_go_inside(inside: Stretch, request: _CachedRequest, layered: Layered) -> bool:
    """Whether what is below would find the request as it came."""
    turn = layered.turn
    if request._stream_consumed or (turn.compiled.reads_body and not turn.has_read):
        return False
    if not turn.has_scope:
        return True
    turn.look_again()
    return not layered.is_moved() and inside.is_open(turn)
