"""Starting coroutines as a protocol does, in every event loop."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from talarian.engine.serve.eager import Eager

Main = Callable[[], Coroutine[Any, Any, Any]]


class Run:
    """Runs a test to its end in an event loop of one kind."""

    def __init__(self, new_loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.new_loop = new_loop

    def __call__(self, main: Main) -> Any:
        with asyncio.Runner(loop_factory=self.new_loop, debug=False) as runner:
            return runner.run(main())


in_each_loop = pytest.mark.parametrize(
    "run", [Run(asyncio.new_event_loop), Run(uvloop.new_event_loop)], ids=["asyncio", "uvloop"]
)


class Started:
    """One coroutine that was started.

    Attributes:
        task: The one that it saw at its beginning.
        outcome: What it returned or raised, once it has ended.
    """

    def __init__(self, work: Coroutine[Any, Any, Any]) -> None:
        self.task: asyncio.Task[Any]
        self.outcome: Any = None
        self.is_over = asyncio.Event()
        self._work = work

    async def run(self) -> None:
        self.task = current_task()
        try:
            self.outcome = await self._work
        except BaseException as error:
            self.outcome = error
        finally:
            self.is_over.set()

    async def ended(self) -> Any:
        await asyncio.wait_for(self.is_over.wait(), 5)
        return self.outcome


class Starter:
    """Starts coroutines as a protocol does: from a callback of the event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.tasks: set[asyncio.Task[None]] = set()
        self.eager = Eager(self.loop, self.tasks, contextvars.copy_context)

    async def warm_up(self, count: int = 1) -> None:
        """Have tasks ready, as they are after the first requests."""
        for _ in range(count):
            self.begin(asyncio.sleep(0))
        for _ in range(4):
            await asyncio.sleep(0)

    def begin(self, *works: Coroutine[Any, Any, Any]) -> list[Started]:
        """Start coroutines in the event loop's next turn, one right after the other."""
        started = [Started(work) for work in works]
        for one in started:
            self.loop.call_soon(self.eager.start, one.run())
        return started

    async def of(self, work: Coroutine[Any, Any, Any]) -> Any:
        """What comes of one coroutine."""
        return await self.begin(work)[0].ended()


def current_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


async def warm(count: int = 1) -> Starter:
    starter = Starter()
    await starter.warm_up(count)
    return starter


async def same_task() -> list[bool]:
    """Whether the current task is the same each time after waiting: three times yes."""
    first = current_task()
    same: list[bool] = []
    for wait in (0, 0.001, 0):
        await asyncio.sleep(wait)
        same.append(current_task() is first)
    return same
