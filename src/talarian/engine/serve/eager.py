"""Begin a coroutine at once, inside a real task, without waiting for the event loop's next turn.

A coroutine that is simply stepped has no task: timeouts, task groups, locks and worker threads
inside of it break. Python 3.12 has eager tasks. For 3.11 there is a pool of tasks that sleep: one
of them is made the current task while the coroutine takes its first steps, and takes the
coroutine over if it has to wait. `current_task()` is the same object before and after.
"""

import sys
import types
from asyncio import AbstractEventLoop, CancelledError, Future, Task
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import Any
from weakref import WeakKeyDictionary

Work = Coroutine[Any, Any, None]
"""Has to catch its own exceptions: nobody awaits it."""

_IDLE = 256
"""Sleeping tasks that are kept; more are made when more requests wait at once."""


class Eager:
    """Starts coroutines in one event loop.

    Args:
        loop: The loop; it has to be running when something is started.
        tasks: Where a task is found while its coroutine waits.
        context: Makes the context that a coroutine runs in.
    """

    def __init__(
        self, loop: AbstractEventLoop, tasks: set[Task[None]], context: Callable[[], Context]
    ) -> None:
        self._loop = loop
        self._tasks = tasks
        self._context = context
        if sys.version_info < (3, 12):
            self._pool = _pool(loop)

    if sys.version_info >= (3, 12):

        def start(self, work: Work) -> None:
            """Run `work` until it waits or ends. Not to be called while a task runs."""
            task = Task(work, loop=self._loop, context=self._context(), eager_start=True)
            if not task.done():
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    else:

        def start(self, work: Work) -> None:
            """Run `work` until it waits or ends. Not to be called while a task runs."""
            pool, context = self._pool, self._context()
            if not pool:
                # A task that has not begun cannot stand in: cancelled now, it would never begin.
                _Sleeper(self._loop, pool)
                later = self._loop.create_task(work, context=context)
                self._tasks.add(later)
                later.add_done_callback(self._tasks.discard)
                return
            sleeper = pool.pop()
            _enter_task(self._loop, sleeper.task)
            try:
                waiting = context.run(work.send, None)
            except StopIteration:
                if not sleeper.task.cancelling():  # else it is about to wake up, and end
                    pool.append(sleeper)
                return
            finally:
                _leave_task(self._loop, sleeper.task)
            self._tasks.add(sleeper.task)
            sleeper.take_over(work, context, waiting, self._tasks)


if sys.version_info < (3, 12):
    from asyncio.tasks import _enter_task, _leave_task

    _pools: WeakKeyDictionary[AbstractEventLoop, list["_Sleeper"]] = WeakKeyDictionary()

    def _pool(loop: AbstractEventLoop) -> list["_Sleeper"]:
        pool = _pools.get(loop)
        if pool is None:
            pool = _pools[loop] = []
        return pool

    class _Sleeper:
        """A task that sleeps until there is a coroutine to go on with."""

        __slots__ = ("_context", "_pool", "_tasks", "_waiting", "_wake", "_work", "task")

        def __init__(self, loop: AbstractEventLoop, pool: list["_Sleeper"]) -> None:
            self._pool = pool
            self._work: Work | None = None
            self._context = Context()
            self._waiting: Any = None
            self._tasks: set[Task[None]] = set()
            self._wake: Future[None] = loop.create_future()
            # In an empty context, so that it keeps nothing alive of the request that made it.
            self.task: Task[None] = loop.create_task(self._live(loop), context=Context())

        def take_over(
            self, work: Work, context: Context, waiting: Any, tasks: set[Task[None]]
        ) -> None:
            """Go on with a coroutine that waits for `waiting`."""
            self._work, self._context, self._waiting = work, context, waiting
            self._tasks = tasks
            if not self._wake.done():
                self._wake.set_result(None)

        async def _live(self, loop: AbstractEventLoop) -> None:
            while len(self._pool) < _IDLE:
                self._pool.append(self)
                cancelled = await self._sleep()
                if self._work is None:
                    return  # cancelled while it slept: the loop ends
                try:
                    await _go_on(self._work, self._context, self._waiting, cancelled)
                finally:
                    self._tasks.discard(self.task)
                    self._work, self._waiting, self._context = None, None, Context()
                    self._wake = loop.create_future()
                if self.task.cancelling():
                    # The work may have kept a cancellation to itself. This task has to end all
                    # the same: the loop may be waiting for it, and no other work may meet what
                    # is left of it.
                    return

        async def _sleep(self) -> CancelledError | None:
            """Sleep until there is work; return a cancellation that was meant for the work."""
            try:
                await self._wake
            except CancelledError as error:
                if self in self._pool:
                    self._pool.remove(self)
                return error
            return None

    @types.coroutine
    def _go_on(
        work: Work, context: Context, waiting: Any, cancelled: CancelledError | None
    ) -> Generator[Any, Any, None]:
        """Go on with a coroutine that has yielded `waiting`, in its own context."""
        try:
            if cancelled is not None:
                waiting = context.run(work.throw, cancelled)
            while True:
                try:
                    value = yield waiting
                except BaseException as error:
                    waiting = context.run(work.throw, error)
                else:
                    waiting = context.run(work.send, value)
        except StopIteration:
            return
