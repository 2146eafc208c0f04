"""Worker threads for blocking code, in an order that cannot deadlock.

A request often goes to a worker thread several times: a dependency opens a session, the endpoint
uses it, a validator reads from it. Between two visits it may hold a connection of a small pool.
If new requests could then take every thread, only to wait for such a connection, the one that
holds it would never get a thread again to give it back. So what was begun goes before what is
new, and does not wait for a thread at all.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

T = TypeVar("T")


async def run_in_worker(begun: bool, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Call a blocking function in a worker thread, in the context of this task.

    Args:
        begun: Whether this request was in a worker thread before. If it was, it gets one at
            once, beyond anyio's limit if need be; otherwise it waits for its turn.
        call: The function, and its arguments.
    """
    job = partial(call, *arguments, **named)
    limiter = anyio.to_thread.current_default_thread_limiter()
    turnstile = _turnstile()
    borrower = object()
    if begun:
        within = _try(limiter, borrower)
    else:
        await turnstile.enter(limiter, borrower)
        within = True
    turnstile.beyond += not within
    try:
        # The place was taken above: this limiter only keeps anyio from asking for another one.
        return await anyio.to_thread.run_sync(job, limiter=CapacityLimiter(1))
    finally:
        if within:
            limiter.release_on_behalf_of(borrower)
        else:
            turnstile.leave_beyond()


class _Turnstile:
    """The way into the worker threads of one event loop for what is new: one after the other."""

    def __init__(self) -> None:
        self._first = anyio.Lock()
        self._calm = anyio.Event()
        self.beyond = 0
        """Threads in use beyond the limit; while there are any, nothing new begins."""

    async def enter(self, limiter: CapacityLimiter, borrower: object) -> None:
        if not self.beyond and not self._first.locked() and _try(limiter, borrower):
            return
        async with self._first:
            while self.beyond:
                await self._calm.wait()
            await limiter.acquire_on_behalf_of(borrower)

    def leave_beyond(self) -> None:
        self.beyond -= 1
        if not self.beyond:
            self._calm.set()
            self._calm = anyio.Event()


def _try(limiter: CapacityLimiter, borrower: object) -> bool:
    try:
        limiter.acquire_on_behalf_of_nowait(borrower)
    except anyio.WouldBlock:
        return False
    return True


_turnstiles: RunVar[_Turnstile] = RunVar("talarian_turnstile")


def _turnstile() -> _Turnstile:
    try:
        return _turnstiles.get()
    except LookupError:
        turnstile = _Turnstile()
        _turnstiles.set(turnstile)
        return turnstile
