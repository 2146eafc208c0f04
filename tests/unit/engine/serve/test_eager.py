"""Coroutines that begin at once: to themselves and to everybody else they run in a task."""

import asyncio
import gc
import logging
import sys
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

import anyio
import pytest

from talarian.engine.ground.threads import run_in_worker

from .starting import (
    Run,
    Starter,
    current_task,
    in_each_loop,
    same_task,
    warm,
)

pytestmark = in_each_loop
NAME: ContextVar[str] = ContextVar("NAME", default="nobody")


# At once.


def test_it_runs_until_it_waits(run: Run) -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append("began")
        await asyncio.sleep(0)
        seen.append("went on")

    async def main() -> None:
        starter = await warm()

        def start() -> None:
            starter.eager.start(work())
            seen.append("start returns")

        starter.loop.call_soon(start)
        for _ in range(4):
            await asyncio.sleep(0)

    run(main)
    assert seen == ["began", "start returns", "went on"]


def test_the_first_one_begins_soon(run: Run) -> None:
    async def main() -> Any:
        return await Starter().of(asyncio.sleep(0, "done"))

    assert run(main) == "done"


def test_tasks_are_known_while_they_wait(run: Run) -> None:
    async def main() -> None:
        starter = await warm()
        go_on = asyncio.Event()
        [short, long] = starter.begin(asyncio.sleep(0), go_on.wait())
        await short.ended()
        await asyncio.sleep(0)
        assert starter.tasks == {long.task}
        assert long.task in asyncio.all_tasks()
        go_on.set()
        await long.ended()
        for _ in range(3):
            await asyncio.sleep(0)
        assert not starter.tasks

    run(main)


# A task.


def test_the_task_is_the_same_before_and_after_it_waits(run: Run) -> None:
    async def main() -> Any:
        return await (await warm()).of(same_task())

    assert run(main) == [True, True, True]


async def _timeout() -> str:
    try:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(5)
    except TimeoutError:
        return f"in time, {current_task().cancelling()}"
    return "too late"


async def _timeout_at_once() -> str:
    try:
        async with asyncio.timeout(0):
            await asyncio.sleep(5)
    except TimeoutError:
        return f"in time, {current_task().cancelling()}"
    return "too late"


async def _anyio_scope() -> str:
    with anyio.move_on_after(0.001) as scope:
        await anyio.sleep(5)
    return f"{'in time' if scope.cancelled_caught else 'too late'}, {current_task().cancelling()}"


async def _anyio_scope_cancelled_before() -> str:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await anyio.sleep(5)
    return f"{'in time' if scope.cancelled_caught else 'too late'}, {current_task().cancelling()}"


async def _task_group() -> str:
    async def fail() -> None:
        raise ValueError("in a task")

    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())
            await asyncio.sleep(5)
    except* ValueError:
        pass
    return f"in time, {current_task().cancelling()}"


async def _anyio_task_group() -> str:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.sleep, 5)
        tasks.cancel_scope.cancel()
    return f"in time, {current_task().cancelling()}"


async def _worker_thread() -> str:
    return await anyio.to_thread.run_sync(lambda: anyio.from_thread.run_sync(lambda: "in time, 0"))


async def _lock() -> str:
    async with anyio.Lock(), asyncio.Lock(), anyio.CapacityLimiter(1):
        await asyncio.sleep(0)
    return "in time, 0"


async def _wait_for() -> str:
    try:
        await asyncio.wait_for(asyncio.sleep(5), 0.001)
    except TimeoutError:
        return f"in time, {current_task().cancelling()}"
    return "too late"


@pytest.mark.parametrize(
    "work",
    [
        *(_timeout, _timeout_at_once, _anyio_scope, _anyio_scope_cancelled_before, _task_group),
        *(_anyio_task_group, _worker_thread, _lock, _wait_for),
    ],
)
def test_what_needs_a_task_works(run: Run, work: Callable[[], Coroutine[Any, Any, str]]) -> None:
    async def main() -> Any:
        starter = await warm(2)
        return [await starter.of(work()), await starter.of(work()), await starter.of(same_task())]

    assert run(main) == ["in time, 0", "in time, 0", [True, True, True]]


# Many, and what they leave behind.


def test_more_at_once_than_there_are_tasks(run: Run) -> None:
    async def work(number: int, go_on: asyncio.Event) -> tuple[int, bool]:
        task = current_task()
        await go_on.wait()
        await asyncio.sleep(0)
        return number, current_task() is task

    async def main() -> None:
        starter = await warm(10)
        for _ in range(2):
            go_on = asyncio.Event()
            started = starter.begin(*(work(number, go_on) for number in range(600)))
            await asyncio.sleep(0.01)
            assert len({one.task for one in started}) == 600 == len(starter.tasks)
            go_on.set()
            outcomes = [await one.ended() for one in started]
            assert outcomes == [(number, True) for number in range(600)]
            await asyncio.sleep(0.01)
            assert not starter.tasks
        assert asyncio.all_tasks() == {current_task()}

    run(main)


def test_each_has_its_context(run: Run) -> None:
    async def work(name: str, wait: bool) -> list[str]:
        seen = [NAME.get()]
        NAME.set(name)
        if wait:
            await asyncio.sleep(0)
            seen.append(NAME.get())
            seen.append(await asyncio.create_task(_name()))
            seen.append(await anyio.to_thread.run_sync(NAME.get))
        return seen

    async def main() -> None:
        NAME.set("the server's")
        starter = await warm(3)
        works = [work("a", True), work("b", False), work("c", True), work("d", False)]
        outcomes = [await started.ended() for started in starter.begin(*works)]
        assert outcomes == [
            ["the server's", "a", "a", "a"],
            ["the server's"],
            ["the server's", "c", "c", "c"],
            ["the server's"],
        ]
        assert NAME.get() == "the server's"

    run(main)


async def _name() -> str:
    return NAME.get()


def test_nothing_of_a_request_is_kept(run: Run) -> None:
    class Kept:
        pass

    kept: ContextVar[Kept] = ContextVar("kept")

    async def work(wait: bool) -> None:
        kept.set(Kept())
        if wait:
            await asyncio.sleep(0)

    async def main() -> None:
        starter = await warm(2)
        for wait in (True, False):
            await starter.of(work(wait))
        for _ in range(3):
            await asyncio.sleep(0)
        gc.collect()
        assert not [one for one in gc.get_objects() if type(one) is Kept]

    run(main)


def test_exceptions_are_the_coroutines_own(run: Run) -> None:
    async def work(wait: bool) -> None:
        if wait:
            await asyncio.sleep(0)
        raise ValueError("inside")

    async def main() -> None:
        starter = await warm()
        for wait in (True, False, True):
            outcome = await starter.of(work(wait))
            assert isinstance(outcome, ValueError)
            assert outcome.__context__ is None
        assert await starter.of(same_task()) == [True, True, True]

    run(main)


def test_the_loop_ends_without_a_word(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        starter = await warm(20)
        await starter.of(asyncio.sleep(0))

    with caplog.at_level(logging.DEBUG, "asyncio"):
        run(main)
        gc.collect()
    assert [record.message for record in caplog.records if record.levelno > logging.DEBUG] == []


def test_the_loop_ends_while_somebody_waits(run: Run) -> None:
    """A server that is told to stop at once cancels every task, and waits until they have ended."""

    async def main() -> None:
        starter = await warm(3)
        [started] = starter.begin(asyncio.sleep(5))
        await asyncio.sleep(0.001)
        others = asyncio.all_tasks() - {current_task()}
        for other in others:
            other.cancel()
        _, pending = await asyncio.wait(others, timeout=0.3)
        assert isinstance(started.outcome, asyncio.CancelledError)
        assert not pending

    run(main)


def test_a_loop_that_is_closed_as_it_is(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """As programs do it that run a server in a loop of their own, which has nothing left to do."""
    loop = run.new_loop()
    loop.run_until_complete(warm(5))
    loop.close()
    closed = weakref.ref(loop)
    del loop
    with caplog.at_level(logging.DEBUG, "asyncio"):
        gc.collect()
    assert closed() is None
    assert [record.message for record in caplog.records if record.levelno > logging.DEBUG] == []


def test_waiting_for_all_tasks(run: Run) -> None:
    """As programs do it that want to end what they have begun."""

    async def main() -> None:
        starter = await warm(3)
        [started] = starter.begin(asyncio.sleep(0.01))
        await asyncio.sleep(0)
        others: set[Awaitable[Any]] = {*asyncio.all_tasks() - {current_task()}}
        async with asyncio.timeout(0.2):
            await asyncio.gather(*(asyncio.shield(other) for other in others))
        assert started.is_over.is_set()

    run(main)


def test_a_task_is_among_all_tasks_from_its_beginning(run: Run) -> None:
    async def work() -> bool:
        before = current_task() in asyncio.all_tasks()
        await asyncio.sleep(0)
        return before and current_task() in asyncio.all_tasks()

    async def main() -> Any:
        return await (await warm()).of(work())

    assert run(main) is True


def _sets_an_attribute(task: Any) -> None:
    task.user = "a"


def _sets_the_name(task: asyncio.Task[Any]) -> None:
    task.set_name("a")


def _adds_a_callback(task: asyncio.Task[Any]) -> None:
    task.add_done_callback(_ended.append)


def _cancels_and_takes_it_back(task: asyncio.Task[Any]) -> None:
    task.cancel()
    task.uncancel()


_ended: list[asyncio.Task[Any]] = []
_sessions: dict[asyncio.Task[Any], str] = {}
_watched: weakref.WeakKeyDictionary[asyncio.Task[Any], str] = weakref.WeakKeyDictionary()


@pytest.mark.parametrize("waits", ["never", "before", "after", "before and after"])
@pytest.mark.parametrize(
    "mark",
    [
        *(_sets_an_attribute, _sets_the_name, _adds_a_callback, _cancels_and_takes_it_back),
        lambda task: _sessions.setdefault(task, "a"),
        lambda task: _watched.setdefault(task, "a"),
    ],
)
def test_what_is_left_on_a_task_is_found_by_nobody_else(
    run: Run, mark: Callable[[Any], object], waits: str
) -> None:
    """Such as the session of `async_scoped_session(…, scopefunc=current_task)`."""
    _ended.clear()
    _sessions.clear()
    _watched.clear()

    async def marks() -> None:
        if "before" in waits:
            await asyncio.sleep(0)
        mark(current_task())
        if "after" in waits:
            with suppress(asyncio.CancelledError):  # which was taken back
                await asyncio.sleep(0)

    async def finds() -> list[object]:
        task: Any = current_task()
        attribute, name = getattr(task, "user", None), task.get_name() == "a"
        kept = _sessions.get(task), _watched.get(task)
        await asyncio.sleep(0)
        return [attribute, name, *kept, task.cancelling()]

    async def main() -> None:
        starter = await warm(3)
        for _ in range(5):
            starter.loop.call_soon(starter.eager.start, marks())
            for _ in range(4):
                await asyncio.sleep(0)
            assert await starter.of(finds()) == [None, False, None, None, 0]
        if mark is _adds_a_callback:
            assert len(_ended) == len(set(_ended)) == 5

    run(main)


async def _in_a_thread() -> None:
    await run_in_worker(False, int)


async def _for_an_event() -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)
    await event.wait()


async def _for_a_task_group() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0.001))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="each has a task of its own there")
@pytest.mark.parametrize(
    "wait",
    [
        *(lambda: asyncio.sleep(0), lambda: asyncio.sleep(0.001)),
        *(_in_a_thread, _for_an_event, _for_a_task_group),
    ],
)
def test_tasks_that_nobody_has_touched_are_used_again(
    run: Run, wait: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    async def main() -> None:
        starter = await warm()
        seen: set[int] = set()

        async def work(waits: bool, is_over: asyncio.Event) -> None:
            seen.add(id(current_task()))
            if waits:
                await wait()
            starter.loop.call_soon(is_over.set)

        for number in range(20):
            is_over = asyncio.Event()
            starter.loop.call_soon(starter.eager.start, work(number % 2 == 0, is_over))
            async with asyncio.timeout(5):
                await is_over.wait()
        # Now and then one is woken while another is needed.
        assert len(seen) < 6

    run(main)


@pytest.mark.parametrize("waits", [False, True])
def test_the_current_task_is_counted_alike_wherever_it_is_looked_at(run: Run, waits: bool) -> None:
    """One more reference than there were is somebody's, whichever way the task was woken."""

    async def main() -> None:
        starter = await warm()
        held: list[object] = []

        async def work() -> None:
            if waits:
                await asyncio.sleep(0)
            held.append(current_task())

        for _ in range(20):
            await starter.of(work())
        assert len({id(task) for task in held}) == 20

    run(main)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="factories can make eager tasks there")
def test_a_task_factory_makes_each_task(run: Run) -> None:
    made: list[str] = []

    def factory(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        made.append(work.__qualname__)
        return asyncio.Task(work, loop=loop, **options)

    async def main() -> None:
        starter = Starter()
        starter.loop.set_task_factory(factory)
        for _ in range(3):
            await starter.of(asyncio.sleep(0))
        # Besides, the test's own waiting makes one.
        assert set(made) == {"Started.run", "Event.wait"}
        assert made.count("Started.run") == 3

    run(main)
