"""Tasks that sleep until a coroutine needs one at once: Python 3.11 has no eager tasks.

Whoever looks at such a task has to see what they would see of a task made for one coroutine. So
a task serves one coroutine that waits, and then ends. One whose coroutine never waited goes to
sleep again only if that left no trace on it: nobody holds it, watches it, or has changed it. And
while it sleeps it is not among `asyncio.all_tasks()`.
"""

import asyncio.tasks
import sys
import types
from asyncio import AbstractEventLoop, CancelledError, Future, Task
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Coroutine, Generator
from contextlib import suppress
from contextvars import Context
from gc import get_referents
from sys import getrefcount
from typing import Any
from weakref import getweakrefcount, ref

assert sys.version_info < (3, 12), "later Pythons have eager tasks"

Work = Coroutine[Any, Any, None]

_MOST = 256
"""Sleeping tasks that are kept; more are made when more requests wait at once."""

_NAME = "_talarian_sleepers"

_tasks: Any = asyncio.tasks
_all: Any = _tasks._all_tasks
_known: set[Any] = _all.data
_removed = _all._remove
"""The inside of the `WeakSet` of all tasks: its own methods cost ten times as much."""


class Sleepers:
    """The tasks of one event loop that sleep.

    Args:
        loop: It has to be running when one is added.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.loop = loop
        self.asleep: list[Sleeper] = []

    def add(self) -> None:
        """Have one more, from the event loop's next turn on."""
        Sleeper(self)


def sleepers_of(loop: AbstractEventLoop) -> Sleepers:
    """The sleeping tasks of a loop.

    The loop itself keeps them: they end with it, even if it is closed and nothing is cancelled.
    """
    sleepers: Sleepers | None = getattr(loop, _NAME, None)
    if sleepers is None:
        sleepers = Sleepers(loop)
        with suppress(AttributeError):  # of a loop that takes none: each asks for its own
            setattr(loop, _NAME, sleepers)
    return sleepers


class Sleeper:
    """One task. It sleeps until there is a coroutine to go on with."""

    __slots__ = (
        *("_context", "_mark", "_name", "_references", "_referents", "_sleepers", "_task"),
        *("_tasks", "_waiting", "_wake", "_work"),
    )

    def __init__(self, sleepers: Sleepers) -> None:
        loop = sleepers.loop
        self._sleepers = sleepers
        self._wake: Future[None] = loop.create_future()
        self._work: Work | None = None
        # In an empty context, so that it keeps nothing alive of the request that made it.
        task: Any = loop.create_task(self._live(), context=Context())
        self._task = task
        task._log_destroy_pending = False  # as long as it sleeps, nothing is lost with it
        self._mark = ref(task, _removed)
        self._name: str = task.get_name()
        self._references = self._referents = 0
        _known.discard(self._mark)

    def stand_in(self, work: Work, context: Context, tasks: set[Task[None]]) -> None:
        """Run `work` as this task, until it ends or waits; if it waits, go on with it later.

        Args:
            work: The coroutine.
            context: What it runs in.
            tasks: Where the task is found while it waits.
        """
        sleepers, task = self._sleepers, self._task
        if not self._references:
            self._references, self._referents = getrefcount(task), len(get_referents(task))
        _known.add(self._mark)
        _enter_task(sleepers.loop, task)
        try:
            self._waiting = context.run(work.send, None)
        except StopIteration:
            pass
        else:
            self._work, self._context, self._tasks = work, context, tasks
            tasks.add(task)
            task._log_destroy_pending = True
            self._wake_up()
            return
        finally:
            _leave_task(sleepers.loop, task)
        if (
            getrefcount(task) != self._references
            or getweakrefcount(task) != 1
            or len(get_referents(task)) != self._referents
            or task.get_name() != self._name
            or self._wake.done()
        ):  # somebody holds, watches, marks, names or has cancelled it
            self._wake_up()
        else:
            _known.discard(self._mark)
            sleepers.asleep.append(self)

    def _wake_up(self) -> None:
        """Have the task go on with its work, if it has any, and end; another takes its place."""
        if not self._wake.done():  # else it was cancelled
            self._wake.set_result(None)
        if len(self._sleepers.asleep) < _MOST:
            self._sleepers.add()

    async def _live(self) -> None:
        asleep = self._sleepers.asleep
        asleep.append(self)
        cancelled = None
        try:
            await self._wake
        except CancelledError as error:
            cancelled = error
        if self._work is None:
            if self in asleep:  # nobody should know it, but somebody has cancelled it
                asleep.remove(self)
            return
        try:
            await _go_on(self._work, self._context, self._waiting, cancelled)
        finally:
            self._tasks.discard(self._task)
            del self._work, self._context, self._waiting, self._tasks


@types.coroutine
def _go_on(
    work: Work, context: Context, waiting: Any, cancelled: CancelledError | None
) -> Generator[Any, Any, None]:
    """Go on with a coroutine that has yielded `waiting`, in its own context."""
    try:
        if cancelled is not None and not _is_cancelled_first(waiting, cancelled):
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


def _is_cancelled_first(waiting: Any, cancelled: CancelledError) -> bool:
    """Cancel what a task waits for, as `Task.cancel` does; whether the task hears from that."""
    return waiting is not None and waiting.cancel(*cancelled.args)
