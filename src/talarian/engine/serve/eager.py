"""Begin a coroutine at once, inside a real task, without waiting for the event loop's next turn.

A coroutine that is simply stepped has no task: timeouts, task groups, locks and worker threads
inside of it break. Python 3.12 has eager tasks. For 3.11 there are tasks that sleep
(`sleeping`): one of them is made the current task while the coroutine takes its first steps, and
takes the coroutine over if it has to wait. `current_task()` is the same object before and after.
"""

import sys

if sys.version_info < (3, 12):
    from .sleeping import Eager as Eager
else:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import Callable, Coroutine
    from contextvars import Context
    from typing import Any

    Work = Coroutine[Any, Any, None]
    """Has to catch its own exceptions: nobody awaits it."""

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

        def start(self, work: Work) -> None:
            """Run `work` until it waits or ends. Not to be called while a task runs."""
            task = Task(work, loop=self._loop, context=self._context(), eager_start=True)
            if not task.done():
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
