"""Worker threads for blocking code, in an order that cannot deadlock.

A request often goes to a worker thread several times: a dependency opens a session, the endpoint
uses it, a validator reads from it. Between two visits it may hold a connection of a small pool.
If new requests could then take every thread, only to wait for such a connection, the one that
holds it would never get a thread again to give it back. So what was begun goes before what is
new, and does not wait for a thread at all.
"""

import asyncio
from asyncio import AbstractEventLoop, Task
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar

from .anyio_inside import inside
from .workers import Workers

T = TypeVar("T")


async def run_in_worker(begun: bool, call: Callable[..., T], /, *arguments: Any, **named: Any) -> T:
    """Call a blocking function in a worker thread, in the context of this task.

    Cancellation, and `anyio.from_thread` in the function, are as with `anyio.to_thread.run_sync`.

    Args:
        begun: Whether this request was in a worker thread before. If it was, it gets one at
            once, beyond anyio's limit if need be; otherwise it waits for its turn.
        call: The function, and its arguments.
    """
    try:
        task = asyncio.current_task()
    except RuntimeError:  # trio's tasks are none of asyncio's
        task = None
    threads = None if task is None else _by_loop.get(task.get_loop())
    if threads is None:
        threads = _set_up(task)
    turnstile = threads.turnstile
    place = turnstile.enter(begun)
    if place is None:
        place = await turnstile.wait()
    try:
        result: T = await threads.run(task, call, arguments, named)
    finally:
        turnstile.leave(place)
    return result


class _Turnstile:
    """The way into the worker threads of one event loop."""

    def __init__(self, new_turn: Callable[[], "_Turn"]) -> None:
        self._new_turn = new_turn
        self._limiter = anyio.to_thread.current_default_thread_limiter()
        self._beyond = 0  # threads in use beyond the limit; while there are any, nothing new begins
        self._line: deque[_Waiter] = deque()
        # The first in line stands in the limiter's own queue, where places come up that others
        # have used, or that the limit was raised by.
        self._first: _Waiter | None = None

    def enter(self, begun: bool) -> object | None:
        """Return a place, to be left again; None if there is none, and one has to `wait` for it."""
        place = object()
        if begun:
            if _try(self._limiter, place):
                return place
            self._beyond += 1
            return _BEYOND
        if self._line or self._first or self._beyond or not _try(self._limiter, place):
            return None
        return place

    async def wait(self) -> object:
        """Return a place when it is this task's turn."""
        waiter = _Waiter(self._new_turn())
        self._line.append(waiter)
        try:
            self._advance()
            await waiter.turn.wait()
            if not waiter.has_place:
                await self._limiter.acquire_on_behalf_of(waiter)
                waiter.has_place = True
        except BaseException:
            if waiter.has_place:
                self.leave(waiter)
            elif waiter in self._line:
                self._line.remove(waiter)
            raise
        finally:
            if self._first is waiter:
                self._first = None
                self._advance()
        return waiter

    def leave(self, place: object) -> None:
        """Give a place back."""
        if place is _BEYOND:
            self._beyond -= 1
        else:
            self._limiter.release_on_behalf_of(place)
        if self._line:
            self._advance()

    def _advance(self) -> None:
        """Give what places there are to those in line, and let the first one ask for its own."""
        while self._line and not self._beyond:
            if self._first and self._limiter.available_tokens <= 0:
                return
            waiter = self._line[0]
            # Nobody overtakes the first one: while it stands in the limiter's queue, this fails.
            waiter.has_place = _try(self._limiter, waiter)
            if not waiter.has_place:
                if self._first:
                    return
                self._first = waiter
            self._line.popleft()
            waiter.turn.set()


class _Turn(Protocol):
    """What one waits for in line: an event, which is set once."""

    def set(self) -> object: ...
    def wait(self) -> Awaitable[object]: ...


class _FutureTurn:
    """An event of asyncio's for one who waits, without what `asyncio.Event` does for many."""

    __slots__ = ("_future",)

    def __init__(self) -> None:
        self._future = asyncio.get_running_loop().create_future()

    def set(self) -> None:
        if not self._future.done():
            self._future.set_result(None)

    def wait(self) -> Awaitable[None]:
        return self._future


class _Waiter:
    """A task in line, and the borrower of its place."""

    __slots__ = ("has_place", "turn")

    def __init__(self, turn: "_Turn") -> None:
        self.turn = turn
        self.has_place = False


_BEYOND = object()
"""A place that is none of the limiter's."""


def _try(limiter: CapacityLimiter, borrower: object) -> bool:
    try:
        limiter.acquire_on_behalf_of_nowait(borrower)
    except anyio.WouldBlock:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Threads:
    """What one event loop has for blocking code."""

    turnstile: _Turnstile
    run: Callable[..., Awaitable[Any]]
    """Calls a function in a thread, given the task, the function and its arguments."""


async def _run_in_anyio(
    task: object, call: Callable[..., T], arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> T:
    # The place in the turnstile counts: this limiter only keeps anyio from asking for another.
    return await anyio.to_thread.run_sync(
        partial(call, *arguments, **named), limiter=CapacityLimiter(1)
    )


_by_loop: WeakKeyDictionary[AbstractEventLoop, _Threads] = WeakKeyDictionary()
_without_asyncio: RunVar[_Threads] = RunVar("talarian_threads")


def _set_up(task: Task[Any] | None) -> _Threads:
    """Return the threads of the running loop, made when they are first asked for."""
    if task is None:
        threads = _without_asyncio.get(None)
        if threads is None:
            threads = _Threads(_Turnstile(anyio.Event), _run_in_anyio)
            _without_asyncio.set(threads)
        return threads
    loop, names = task.get_loop(), inside()
    run = _run_in_anyio if names is None else Workers(loop, names).run
    threads = _by_loop[loop] = _Threads(_Turnstile(_FutureTurn), run)
    return threads
