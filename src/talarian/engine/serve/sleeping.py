"""Tasks that sleep until a coroutine needs one at once: Python 3.11 has no eager tasks.

Whoever looks at such a task has to see what they would see of a task made for one coroutine. So
it serves another one only if the last has left no trace on it: nobody holds it, watches it, or has
changed it. Otherwise it ends, as a task of its own would. And while it sleeps it is not among
`asyncio.all_tasks()`.
"""

import asyncio.tasks
import sys
import types
from asyncio import AbstractEventLoop, CancelledError, Future, Task
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Callable, Coroutine, Generator
from contextlib import suppress
from contextvars import Context
from gc import get_referents
from sys import getrefcount
from typing import Any
from weakref import getweakrefcount, ref

from .relay import relay

assert sys.version_info < (3, 12), "later Pythons have eager tasks"

Work = Coroutine[Any, Any, None]

_MOST = 256
"""Sleeping tasks that are kept; more are made when more requests wait at once."""

_NAME = "_talarian_sleepers"

_DONE: Any = object()
"""What `_steps` yields between two coroutines."""

_tasks: Any = asyncio.tasks
_all: Any = _tasks._all_tasks
_known: set[Any] = _all.data
_removed = _all._remove
"""The inside of the `WeakSet` of all tasks: its own methods cost ten times as much."""


class Eager:
    """What `eager.Eager` is for later Pythons.

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
        self._asleep = _sleepers_of(loop)

    def start(self, work: Work) -> None:
        """Run `work` until it waits or ends. Not to be called while a task runs."""
        asleep = self._asleep
        if not asleep:
            self._start_later(work)
            return
        sleeper = asleep.pop()
        task = sleeper.task
        if sleeper.references == 0:
            sleeper.references, sleeper.referents = getrefcount(task), get_referents(task)
        _known.add(sleeper.mark)
        context, loop = self._context(), self._loop
        _enter_task(loop, task)
        try:
            waiting = context.run(sleeper.send, work)
        finally:
            _leave_task(loop, task)
        if waiting is not _DONE:
            sleeper.take_over(context, waiting, self._tasks)
        elif (
            getrefcount(task) == sleeper.references
            and getweakrefcount(task) == 1
            and get_referents(task) == sleeper.referents
            and not sleeper.wake.done()
        ):
            _known.discard(sleeper.mark)
            asleep.append(sleeper)
        else:  # somebody holds, watches, marks, names or has cancelled it
            sleeper.wake_up()

    def _start_later(self, work: Work) -> None:
        # A task that has not begun cannot stand in: cancelled now, it would never begin.
        task = self._loop.create_task(work, context=self._context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._loop.get_task_factory() is None:  # else each coroutine gets what that makes
            Sleeper(self._loop, self._asleep)


def _sleepers_of(loop: AbstractEventLoop) -> list["Sleeper"]:
    """The sleeping tasks of a loop.

    The loop itself keeps them: they end with it, even if it is closed and nothing is cancelled.
    """
    asleep: list[Sleeper] | None = getattr(loop, _NAME, None)
    if asleep is None:
        asleep = []
        with suppress(AttributeError):  # of a loop that takes none: each asks for its own
            setattr(loop, _NAME, asleep)
    return asleep


class Sleeper:
    """One task. From the event loop's next turn on it sleeps until there is something to do.

    Args:
        loop: It has to be running.
        asleep: Where it is found while it sleeps.

    Attributes:
        mark: What stands for it among all tasks.
        send: Takes a coroutine, and the first steps of it.
        wake: What it waits for while it sleeps.
        references: How many there are to it while it sleeps, for `Eager.start`; 0 before it is
            counted.
        referents: What it refers to meanwhile: its name, its callbacks, what was set on it.
    """

    __slots__ = (
        *("mark", "references", "referents", "send", "task", "wake"),
        *("_asleep", "_context", "_loop", "_steps", "_tasks", "_waiting"),
    )

    def __init__(self, loop: AbstractEventLoop, asleep: "list[Sleeper]") -> None:
        self._loop = loop
        self._asleep = asleep
        self._steps: Any = _steps()
        self._steps.send(None)
        self.send: Callable[[Work], Any] = self._steps.send
        self._tasks: set[Task[None]] | None = None
        # In an empty context, so that it keeps nothing alive of the request that made it.
        self.task: Any = loop.create_task(self._live(), context=Context())
        self.mark = ref(self.task, _removed)
        self._hide()

    def take_over(self, context: Context, waiting: Any, tasks: set[Task[None]]) -> None:
        """Go on with the coroutine later: it waits for something.

        Args:
            context: What it runs in.
            waiting: What it has yielded.
            tasks: Where the task is found from now on.
        """
        self._context, self._waiting, self._tasks = context, waiting, tasks
        tasks.add(self.task)
        self.task._log_destroy_pending = True
        self.wake_up()
        if not self._asleep:
            Sleeper(self._loop, self._asleep)

    def wake_up(self) -> None:
        """Have the task go on with its work; if it has none, end."""
        if not self.wake.done():  # else it was cancelled
            self.wake.set_result(None)

    def _hide(self) -> None:
        self.references, self.referents = 0, [None]
        self.task._log_destroy_pending = False  # as long as it sleeps, nothing is lost with it
        _known.discard(self.mark)

    async def _live(self) -> None:
        task, asleep = self.task, self._asleep
        # Both now and after its work it was just called by the event loop.
        references, referents = getrefcount(task), get_referents(task)
        while len(asleep) < _MOST:
            self.wake: Future[None] = self._loop.create_future()
            asleep.append(self)
            if not await self._serve():
                return
            if (
                getrefcount(task) != references
                or getweakrefcount(task) != 1
                or get_referents(task) != referents
                or task.cancelling()
                or task._must_cancel
            ):
                return
            self._hide()

    async def _serve(self) -> bool:
        """Sleep, and go on with one coroutine; whether there was one."""
        cancelled = None
        try:
            await self.wake
        except CancelledError as error:
            cancelled = error
        if self._tasks is None:
            if self in self._asleep:  # nobody should know it, but somebody has cancelled it
                self._asleep.remove(self)
            return False
        try:
            run, waiting = self._context.run, self._waiting
            if cancelled is not None and not _is_cancelled_first(waiting, cancelled):
                waiting = run(self._steps.throw, cancelled)
            await relay(run, self._steps, waiting, _DONE)
        finally:
            self._tasks.discard(self.task)
            self._tasks = None
            del self._context, self._waiting
        return True


@types.coroutine
def _steps() -> Generator[Any, Any, None]:
    """Take coroutines, one after the other, and yield what each waits for; `_DONE` at its end.

    To see that end costs a fifth of catching the `StopIteration` of a coroutine that is stepped.
    """
    work: Any = yield
    while True:
        yield from work
        work = None  # nothing of it is kept
        work = yield _DONE


def _is_cancelled_first(waiting: Any, cancelled: CancelledError) -> bool:
    """Cancel what a task waits for, as `Task.cancel` does; whether the task hears from that."""
    return waiting is not None and waiting.cancel(*cancelled.args)
