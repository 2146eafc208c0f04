"""What a function in a thread sees, gives back and counts for is as with `anyio.to_thread`."""

import asyncio
import threading
import traceback
from contextvars import ContextVar
from typing import Any

import anyio
import anyio.to_thread
import pytest
import sniffio
from anyio import from_thread

from tests.unit.engine.ground.thread_cases import (
    Case,
    Cases,
    Job,
    Story,
    Way,
    assert_alike,
    begun,
    described,
    in_a_task_group,
    loops,
    new,
    outcome,
    raising,
)

case = Cases()
limit = Cases()


# What comes back


@case
async def results(way: Way) -> Story:
    return [await way(lambda: "value"), await way(max, 1, 3, 2), await way(lambda: None)]


@case
async def exceptions(way: Way) -> Story:
    class Own(BaseException):
        pass

    errors = [ValueError("a"), Own("b"), SystemExit(3), KeyboardInterrupt()]
    return [await outcome(way(raising(error))) for error in errors]


@case
async def exceptions_that_mean_something_to_a_task(way: Way) -> Story:
    errors = [StopIteration("x"), StopAsyncIteration("y"), asyncio.CancelledError("z")]
    return [await outcome(way(raising(error))) for error in errors]


@case
async def tracebacks(way: Way) -> Story:
    def outer() -> None:
        inner()

    def inner() -> None:
        raise ValueError("deep")

    try:
        await way(outer)
    except ValueError as error:
        names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        return [names[0], names[-2:], error.__context__]
    return ["no error"]


# What the function sees around it


@case
async def context_variables(way: Way) -> Story:
    variable: ContextVar[str] = ContextVar("variable", default="default")
    variable.set("outside")

    def call() -> str:
        seen = variable.get()
        variable.set("inside")
        return seen

    return [await way(call), variable.get(), await way(variable.get)]


@case
async def the_thread(way: Way) -> Story:
    def call() -> Story:
        thread = threading.current_thread()
        return [thread.name, thread is threading.main_thread(), thread.ident in threads]

    threads = {threading.get_ident()}
    return [await way(call)]


@case
async def no_async_library_in_the_thread(way: Way) -> Story:
    def call() -> Story:
        story: Story = []
        for ask in (sniffio.current_async_library, asyncio.get_running_loop, anyio.current_time):
            try:
                story.append(ask())
            except Exception as error:
                story.append(type(error).__name__)
        return story

    return [await way(call), sniffio.current_async_library()]


@case
async def event_loops_in_the_thread(way: Way) -> Story:
    async def within() -> Story:
        return [await way(lambda: "deep"), sniffio.current_async_library()]

    return [await way(asyncio.run, within()), await way(anyio.run, within)]


@case
async def back_into_the_event_loop(way: Way) -> Story:
    variable: ContextVar[str] = ContextVar("variable")
    variable.set("mine")
    loop_thread = threading.get_ident()

    async def coroutine(value: int) -> Story:
        await anyio.sleep(0)
        return [value, threading.get_ident() == loop_thread, variable.get()]

    def function() -> Story:
        return [threading.get_ident() == loop_thread, sniffio.current_async_library()]

    def call() -> Story:
        story = [from_thread.run(coroutine, 1), from_thread.run_sync(function)]
        try:
            from_thread.run_sync(raising(KeyError("k")))
        except KeyError as error:
            story.append(described(error))
        from_thread.check_cancelled()
        return story

    async def again() -> Any:
        return await way(lambda: "from a thread, for a thread")

    return [await way(call), await way(from_thread.run, again)]


@case
async def portals(way: Way) -> Story:
    story: Story = []
    async with from_thread.BlockingPortal() as portal:
        story.append(await way(portal.call, sniffio.current_async_library))
    return story


# The limit


@limit
async def tokens(way: Way) -> Story:
    limiter = anyio.to_thread.current_default_thread_limiter()

    async def counted() -> Story:
        statistics = limiter.statistics()
        return [statistics.borrowed_tokens, limiter.available_tokens, len(statistics.borrowers)]

    story: Story = [await way(from_thread.run, counted), limiter.borrowed_tokens]
    jobs = [Job(), Job()]
    async with anyio.create_task_group() as tasks:
        for job in jobs:
            tasks.start_soon(way, job)
            await job.until_begun()
        story.append(await counted())
        for job in jobs:
            job.go.set()
    return [*story, await counted()]


@limit
async def a_limit_that_is_raised(way: Way) -> Story:
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = 1
    first, second = Job(), Job()
    story: Story = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(way, first)
        await first.until_begun()
        tasks.start_soon(way, second)
        await asyncio.sleep(0.02)
        story += [second.begun, limiter.borrowed_tokens]
        limiter.total_tokens = 2
        await second.until_begun()
        story.append(limiter.borrowed_tokens)
        first.go.set()
        second.go.set()
    return [*story, limiter.borrowed_tokens]


@limit
async def a_limit_that_others_use_too(way: Way) -> Story:
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = 1
    jobs = [Job(), Job(), Job()]
    story: Story = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.to_thread.run_sync, jobs[0])
        await jobs[0].until_begun()
        tasks.start_soon(way, jobs[1])
        await asyncio.sleep(0.01)
        tasks.start_soon(anyio.to_thread.run_sync, jobs[2])
        await asyncio.sleep(0.01)
        story += [[job.begun for job in jobs], limiter.borrowed_tokens]
        for number, job in enumerate(jobs, 1):
            job.go.set()
            for later in jobs[number : number + 1]:
                await later.until_begun()
            await asyncio.sleep(0.01)
            story.append([job.begun for job in jobs])
    return [*story, limiter.borrowed_tokens]


@limit
async def cancelled_while_waiting_for_a_token(way: Way) -> Story:
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = 1
    first, waiting = Job(), Job()
    story: Story = []

    async def scoped() -> None:
        with anyio.move_on_after(0.01) as scope:
            await way(waiting)
        story.append(scope.cancelled_caught)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(way, first)
        await first.until_begun()
        native = [asyncio.create_task(way(waiting)) for _ in range(3)]
        await asyncio.sleep(0.01)
        native[1].cancel("middle")
        await scoped()
        native[0].cancel("first")
        story += [await outcome(native[1]), await outcome(native[0]), waiting.begun]
        waiting.go.set()
        first.go.set()
        story.append(await native[2])
    return [*story, limiter.borrowed_tokens, await way(lambda: "next")]


@loops
@pytest.mark.parametrize("way", [new, begun])
@case.parametrized()
def test_the_story_is_the_same(run: Any, way: Way, case: Case) -> None:
    assert_alike(run, way, case)


@loops
@case.parametrized()
def test_the_story_is_the_same_in_a_task_group(run: Any, case: Case) -> None:
    assert_alike(run, new, in_a_task_group(case))


@loops
@limit.parametrized()
def test_the_limit_is_the_same(run: Any, case: Case) -> None:
    assert_alike(run, new, case)
