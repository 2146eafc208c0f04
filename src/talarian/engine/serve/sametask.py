"""`BaseHTTPMiddleware` without a task and a stream of its own for each request.

Starlette runs what is below such a middleware in a second task, so that the response can pass
through while it is being made. An endpoint that gives its whole answer in one piece, with nothing
left open, needs neither: it runs inside `call_next`, in a copy of the context, as it would in its
own task. For every other endpoint Starlette's way is taken.
"""

import types
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextvars import Context, copy_context
from typing import Any, TypeVar

from starlette.middleware.base import BaseHTTPMiddleware, _CachedRequest, _StreamingResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

T = TypeVar("T")

WHOLE = "talarian_whole"
"""In the scope while answers are collected: takes those that are whole, and refuses others."""


class NotWhole(Exception):
    """The endpoint has given a response that sends itself piece by piece."""

    def __init__(self, response: Response) -> None:
        super().__init__("the response is not whole")
        self.response = response


class SameTask:
    """Runs one `BaseHTTPMiddleware` without a task of its own.

    Args:
        middleware: Starlette's own, around `app`.
        app: What is below.
        layered: The key under which the scope knows what is being served.
    """

    def __init__(self, middleware: BaseHTTPMiddleware, app: ASGIApp, layered: str) -> None:
        self._middleware = middleware
        self._app = app
        self._layered = layered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        layered = scope[self._layered]
        if layered.compiled.keeps_open or layered.is_moved(scope):
            await self._middleware(scope, receive, send)
            return
        request = _CachedRequest(scope, receive, send)

        async def call_next(_: Request) -> Response:
            return await self._respond(request)

        response = await self._middleware.dispatch_func(request, call_next)
        await response(scope, request.wrapped_receive, send)

    async def _respond(self, request: _CachedRequest) -> Response:
        held = Held()
        scope = request.scope
        before = scope.get(WHOLE)
        scope[WHOLE] = held
        below = self._app(scope, request.wrapped_receive, held.send)
        try:
            await in_context(held.context, below)  # type: ignore[arg-type]
        finally:
            scope[WHOLE] = before
        return held.response()


class Held:
    """The answer of what is below, held until the middleware has seen it."""

    def __init__(self) -> None:
        self.context = copy_context()
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body.append(message.get("body", b""))

    def response(self) -> Response:
        if self._start is None:
            raise RuntimeError("No response returned.")
        response = _StreamingResponse(self._pieces(), status_code=self._start["status"])
        response.raw_headers = self._start.get("headers", [])
        return response

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        for piece in self._body:
            if piece:
                yield piece


@types.coroutine
def in_context(
    context: Context, coroutine: Coroutine[Any, Any, T]
) -> Generator[Any, Any, T]:
    """Await a coroutine in another context, in this task."""
    send, throw = coroutine.send, coroutine.throw
    try:
        waiting = context.run(send, None)
        while True:
            try:
                value = yield waiting
            except BaseException as error:
                waiting = context.run(throw, error)
            else:
                waiting = context.run(send, value)
    except StopIteration as done:
        result: T = done.value
        return result
