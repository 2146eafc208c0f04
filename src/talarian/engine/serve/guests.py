"""What is below a middleware, running in the middleware's task, with a way out of it.

If what runs here turns out to take its time, it moves to a task of its own before that: at that
point nothing in it is bound to the task it began in.
"""

import asyncio
import types
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator
from contextvars import Context, ContextVar
from typing import Any, TypeVar

import anyio
from starlette.middleware.base import _StreamingResponse
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope

from .held import HeldResponse
from .relay import NOT_BEGUN, relay

T = TypeVar("T")

HOST: "ContextVar[Guest | None]" = ContextVar("talarian_guest", default=None)
"""What runs here as a guest in a middleware's task, if anything does."""


class Guest:
    """What is below a middleware, while it runs in the middleware's task.

    Args:
        context: The context it runs in.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._context.run(HOST.set, self)
        self._held: list[Message] = []
        self._task: asyncio.Task[None] | None = None
        self._is_raised = False

    @property
    def has_moved(self) -> bool:
        """Whether the rest runs in a task of its own."""
        return self._task is not None

    async def respond(self, app: ASGIApp, scope: Scope, receive: Receive) -> Response:
        """Run `app` until there is a response, or until it has a task of its own."""
        coroutine: Any = app(scope, receive, self._send)
        if await _run_until_moved(self._context, coroutine):
            return await self._respond_in_pieces(coroutine)
        if not self._held:
            raise RuntimeError("No response returned.")
        start, *rest = self._held
        body = b"".join([message.get("body", b"") for message in rest])
        return HeldResponse(start["status"], start.get("headers", []), body)

    async def _send(self, message: Message) -> None:
        if self._task is None:
            self._held.append(message)
            return
        try:
            await self._into.send(message)
        except anyio.BrokenResourceError:
            return  # the middleware wants no more of it
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            await self._sent.wait()

    # In a task of its own.

    async def _respond_in_pieces(self, coroutine: Coroutine[Any, Any, None]) -> Response:
        self._into, self._out = anyio.create_memory_object_stream[Message]()
        self._sent = anyio.Event()
        self._task = asyncio.create_task(self._go_on(coroutine), context=self._context)
        try:
            start = await self._out.receive()
        except anyio.EndOfStream:
            await asyncio.wait({self._task})
            self._is_raised = True
            self._task.result()
            raise RuntimeError("No response returned.") from None
        response = _StreamingResponse(self._received(), status_code=start["status"])
        response.raw_headers = start.get("headers", [])
        return response

    async def _go_on(self, coroutine: Coroutine[Any, Any, None]) -> None:
        with self._into:
            await in_context(None, coroutine)

    async def _received(self) -> AsyncGenerator[bytes, None]:
        async for message in self._out:
            if message.get("body"):
                yield message["body"]
            if not message.get("more_body", False):
                break

    async def see_off(self) -> None:
        """The response was sent: let the task end, and raise what it raises."""
        if self._task is None:
            return
        self._sent.set()
        self._out.close()
        try:
            await asyncio.wait({self._task})
        except BaseException:
            await self.give_up()
            raise
        if not self._is_raised:
            self._task.result()

    async def give_up(self) -> None:
        """The middleware has failed, or was cancelled: the rest has to end, too."""
        if self._task is not None:
            self._out.close()
            self._task.cancel()
            with anyio.CancelScope(shield=True):
                await asyncio.wait({self._task})


async def move_out() -> None:
    """Go on in a task of our own, unless we have one: what comes may take its time."""
    guest = HOST.get()
    if guest is not None and not guest.has_moved:
        await _leave()


class _Leave:
    """Is yielded instead of something to wait for: the rest wants a task of its own."""


@types.coroutine
def _leave() -> Generator[Any, Any, None]:
    yield _Leave


async def _run_until_moved(context: Context, coroutine: Coroutine[Any, Any, Any]) -> bool:
    """Await a coroutine in another context, in this task. Returns whether it wants to leave."""
    return await relay(context.run, coroutine, end=_Leave) is _Leave


def in_context(
    context: Context | None, coroutine: Coroutine[Any, Any, T], waiting: Any = NOT_BEGUN
) -> Awaitable[T]:
    """Await a coroutine, begun or not, in this task; in another context, if one is given.

    Args:
        context: That context.
        coroutine: It goes on when it is awaited.
        waiting: What it has yielded, if it is to wait for that first.
    """
    return relay(_here if context is None else context.run, coroutine, waiting)


def _here(step: Callable[..., Any], *arguments: Any) -> Any:
    return step(*arguments)
