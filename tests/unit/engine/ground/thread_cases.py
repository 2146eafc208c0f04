"""Programs that are run with `anyio.to_thread.run_sync` and with `run_in_worker`, and compared."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn

import anyio
import anyio.to_thread
import pytest
import uvloop

from talarian.engine.ground import anyio_inside
from talarian.engine.ground.threads import run_in_worker

Way = Callable[..., Coroutine[Any, Any, Any]]
Story = list[Any]
Case = Callable[[Way], Coroutine[Any, Any, Story]]


class Cases(list[Case]):
    """The programs of one file."""

    def __call__(self, function: Case) -> Case:
        self.append(function)
        return function

    def parametrized(self) -> pytest.MarkDecorator:
        return pytest.mark.parametrize("case", self, ids=[case.__name__ for case in self])


loops = pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])


async def new(call: Callable[..., Any], *arguments: Any) -> Any:
    return await run_in_worker(False, call, *arguments)


async def begun(call: Callable[..., Any], *arguments: Any) -> Any:
    return await run_in_worker(True, call, *arguments)


def assert_alike(run: Callable[..., Story], way: Way, case: Case) -> None:
    assert anyio_inside.inside() is not None, "this anyio is strange to us: its threads are used"
    theirs = run(case(anyio.to_thread.run_sync))
    assert theirs
    assert run(case(way)) == theirs


def in_a_task_group(case: Case) -> Case:
    """The program in a task group, where every task is in a cancel scope."""

    async def within(way: Way) -> Story:
        story: Story = []
        async with anyio.create_task_group():
            story += await case(way)
        return story

    return within


class Job:
    """A function that blocks until it is told to go on, and what became of it."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.begun = False
        self.ended = False

    def __call__(self) -> str:
        self.begun = True
        assert self.go.wait(5)
        self.ended = True
        return "result"

    async def until_begun(self) -> None:
        while not self.begun:
            await asyncio.sleep(0.001)

    async def until_ended(self) -> None:
        self.go.set()
        while not self.ended:
            await asyncio.sleep(0.001)


async def outcome(awaitable: Awaitable[Any]) -> Any:
    """What comes of it, as something that can be compared."""
    try:
        return await awaitable
    except BaseException as error:
        return described(error)


def described(error: BaseException) -> Any:
    cause = None if error.__cause__ is None else described(error.__cause__)
    text = "Cancelled via cancel scope" if "via cancel scope" in str(error) else str(error)
    return (type(error).__name__, text, cause)


def raising(error: BaseException) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error

    return fail
