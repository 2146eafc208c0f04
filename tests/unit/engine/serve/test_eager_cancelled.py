"""Coroutines that began at once, and are cancelled: as in a task of their own."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from .starting import (
    Run,
    current_task,
    in_each_loop,
    same_task,
    warm,
)

pytestmark = in_each_loop


async def _cancels_itself() -> None:
    current_task().cancel("by itself")
    await asyncio.sleep(5)


async def _cancels_itself_later() -> None:
    await asyncio.sleep(0)
    await _cancels_itself()


@pytest.mark.parametrize("work", [_cancels_itself, _cancels_itself_later])
def test_who_cancels_itself_is_cancelled(
    run: Run, work: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    async def main() -> None:
        starter = await warm()
        outcome = await starter.of(work())
        assert isinstance(outcome, asyncio.CancelledError)
        assert outcome.args == ("by itself",)
        assert await starter.of(same_task()) == [True, True, True]

    run(main)


async def _ends_cancelled() -> str:
    current_task().cancel()
    return "ended"


async def _ends_cancelled_later() -> str:
    await asyncio.sleep(0)
    return await _ends_cancelled()


async def _waits_a_little() -> list[bool]:
    return [await _pause() for _ in range(3)]


async def _pause() -> bool:
    await asyncio.sleep(0)
    return current_task().cancelling() == 0


@pytest.mark.parametrize("work", [_ends_cancelled, _ends_cancelled_later])
def test_who_ends_after_it_was_cancelled_cancels_nobody_else(
    run: Run, work: Callable[[], Coroutine[Any, Any, str]]
) -> None:
    async def main() -> None:
        starter = await warm()
        for turns in range(5):
            [first] = starter.begin(work())
            for _ in range(turns):
                await asyncio.sleep(0)
            [second] = starter.begin(_waits_a_little())
            assert (await first.ended(), await second.ended()) == ("ended", [True] * 3)

    run(main)


def test_a_cancellation_that_is_taken_back(run: Run) -> None:
    async def work() -> list[int]:
        current_task().cancel()
        counts: list[int] = []
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            counts += [current_task().cancelling(), current_task().uncancel()]
        await asyncio.sleep(0)
        return [*counts, current_task().cancelling()]

    async def main() -> Any:
        return await (await warm()).of(work())

    assert run(main) == [1, 0, 0]


@pytest.mark.parametrize("turns", range(4))
def test_cancelled_from_outside(run: Run, turns: int) -> None:
    async def main() -> None:
        starter = await warm()
        [started] = starter.begin(asyncio.sleep(5))
        while not hasattr(started, "task"):
            await asyncio.sleep(0)
        for _ in range(turns):
            await asyncio.sleep(0)
        assert started.task.cancel("from outside")
        outcome = await started.ended()
        assert isinstance(outcome, asyncio.CancelledError)
        assert outcome.args == ("from outside",)
        assert await starter.of(same_task()) == [True, True, True]

    run(main)


async def _cancelled_with_a_task_inside(how: str) -> bool:
    """Whether the task that is waited for is cancelled, too."""
    inner = asyncio.ensure_future(asyncio.sleep(0.05))
    task = current_task()
    if how == "before it waits":
        task.cancel()
    else:
        asyncio.get_running_loop().call_soon(task.cancel)
    try:
        await inner
    except asyncio.CancelledError:
        task.uncancel()
    await asyncio.sleep(0)
    return inner.cancelled()


@pytest.mark.parametrize("how", ["before it waits", "right after"])
def test_what_it_waits_for_is_cancelled_first(run: Run, how: str) -> None:
    async def main() -> Any:
        return await (await warm()).of(_cancelled_with_a_task_inside(how))

    assert run(main) is True


@pytest.mark.parametrize("wait", [None, 0])
def test_no_two_share_a_task(run: Run, wait: float | None) -> None:
    """Libraries keep things under the current task, and callers may cancel one they remember."""

    async def work() -> asyncio.Task[Any]:
        if wait is not None:
            await asyncio.sleep(wait)
        return current_task()

    async def main() -> None:
        starter = await warm()
        first, second = await starter.of(work()), await starter.of(work())
        await asyncio.sleep(0)
        assert first is not second
        assert first.done()

    run(main)
