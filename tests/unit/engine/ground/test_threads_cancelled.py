"""Whoever is cancelled while a thread works for him fares as with `anyio.to_thread.run_sync`."""

import asyncio
import time
from typing import Any

import anyio
import pytest
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
)

case = Cases()


# Cancelled by a scope


@case
async def a_scope_cancelled_before(way: Way) -> Story:
    job = Job()
    with anyio.CancelScope() as scope:
        scope.cancel()
        await way(job)
    return [scope.cancelled_caught, job.begun]


@case
async def a_deadline_in_the_past(way: Way) -> Story:
    job = Job()
    with anyio.move_on_after(-1) as scope:
        await way(job)
    return [scope.cancelled_caught, job.begun]


@case
async def a_scope_cancelled_in_the_same_round(way: Way) -> Story:
    job = Job()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(way, job)
        tasks.start_soon(way, job)
        await asyncio.sleep(0)
        tasks.cancel_scope.cancel()
    return [job.begun]


@case
async def a_scope_cancelled_meanwhile(way: Way) -> Story:
    job = Job()
    story: Story = []

    async def work(scope: anyio.CancelScope) -> None:
        with scope:
            story.append(await way(job))
            story.append(scope.cancel_called)
            await anyio.sleep(0)
            story.append("not reached")
        story.append(scope.cancelled_caught)

    async with anyio.create_task_group() as tasks:
        scope = anyio.CancelScope()
        tasks.start_soon(work, scope)
        await job.until_begun()
        scope.cancel()
        await asyncio.sleep(0.02)
        story.append(("still waiting", job.ended))
        job.go.set()
    return story


@case
async def a_deadline_meanwhile(way: Way) -> Story:
    story: Story = []
    with anyio.move_on_after(0.05) as scope:
        await way(time.sleep, 0.1)
        story.append("returned")
    story.append(scope.cancelled_caught)
    try:
        with anyio.fail_after(0.05):
            await way(time.sleep, 0.1)
            await anyio.sleep(0)
    except TimeoutError:
        story.append("timeout")
    return story


@case
async def a_scope_inside_another_that_shields(way: Way) -> Story:
    with anyio.CancelScope() as outer:
        outer.cancel()
        with anyio.CancelScope(shield=True):
            return [await way(lambda: "ran"), outer.cancelled_caught]
    return ["cancelled"]


@case
async def an_error_while_it_is_cancelled(way: Way) -> Story:
    job = Job()

    def call() -> None:
        job()
        raise ValueError("in the thread")

    async def work() -> None:
        story.append(await outcome(way(call)))

    story: Story = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        await job.until_begun()
        tasks.cancel_scope.cancel()
        job.go.set()
    return story


@case
async def what_the_thread_learns_of_it(way: Way) -> Story:
    job = Job()
    story: Story = []

    def call() -> None:
        job()
        for ask in (from_thread.check_cancelled, lambda: from_thread.run(anyio.sleep, 0.02)):
            try:
                ask()
            except BaseException as error:
                story.append(described(error)[:2])
        from_thread.check_cancelled()

    async def work(scope: anyio.CancelScope) -> None:
        with scope:
            await way(call)
        story.append(scope.cancelled_caught)

    async with anyio.create_task_group() as tasks:
        scope = anyio.CancelScope()
        tasks.start_soon(work, scope)
        await job.until_begun()
        scope.cancel()
        job.go.set()
    return story


@case
async def nothing_to_learn_without_a_scope(way: Way) -> Story:
    async def work() -> Any:
        return await way(from_thread.check_cancelled)

    async def deadline() -> float:
        return anyio.current_effective_deadline()

    return [await asyncio.create_task(work()), await way(from_thread.run, deadline)]


@case
async def what_the_thread_awaits_in_the_loop(way: Way) -> Story:
    story: Story = []

    def call() -> None:
        job.begun = True
        try:
            from_thread.run(anyio.sleep, 5)
        except BaseException as error:
            story.append(described(error)[:2])

    job = Job()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(way, call)
        await job.until_begun()
        await asyncio.sleep(0.01)
        tasks.cancel_scope.cancel()
    return story


# Cancelled by asyncio


@case
async def a_task_cancelled_before(way: Way) -> Story:
    job = Job()

    async def work() -> Any:
        task = asyncio.current_task()
        assert task is not None
        task.cancel("early")
        return await way(job)

    return [await outcome(asyncio.create_task(work())), job.begun]


@case
async def a_task_cancelled_in_the_same_round(way: Way) -> Story:
    job = Job()
    task = asyncio.create_task(way(job))
    await asyncio.sleep(0)
    task.cancel()
    return [await outcome(task), job.begun]


@case
async def a_timeout_of_nothing(way: Way) -> Story:
    job = Job()

    async def work() -> Any:
        async with asyncio.timeout(0):
            return await way(job)

    return [(await outcome(work()))[0], job.begun]


@case
async def a_task_cancelled_meanwhile(way: Way) -> Story:
    job = Job()
    task = asyncio.create_task(way(job))
    await job.until_begun()
    task.cancel("enough")
    story: Story = [await outcome(task), task.cancelled(), job.ended]
    await job.until_ended()
    return [*story, await way(lambda: "next")]


@case
async def a_task_in_a_scope_cancelled_meanwhile(way: Way) -> Story:
    job = Job()

    async def work() -> Any:
        with anyio.CancelScope() as scope:
            try:
                return await way(job)
            finally:
                story.append(scope.cancel_called)
        return "caught"

    story: Story = []
    task = asyncio.create_task(work())
    await job.until_begun()
    task.cancel("enough")
    story += [await outcome(task), job.ended]
    await job.until_ended()
    return story


@case
async def a_cancellation_taken_back(way: Way) -> Story:
    async def work() -> Any:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            story.append(("still counted", task.cancelling(), await way(lambda: "cleaned up")))
            task.uncancel()
        return await way(lambda: "goes on")

    story: Story = []
    return [*story, await asyncio.create_task(work()), story]


@case
async def a_scope_and_a_task_cancelled_at_once(way: Way) -> Story:
    job = Job()

    async def work() -> Any:
        with anyio.CancelScope() as scope:
            scopes.append(scope)
            await way(job)
        return "caught"

    scopes: list[anyio.CancelScope] = []
    task = asyncio.create_task(work())
    await job.until_begun()
    scopes[0].cancel()
    task.cancel("both")
    story: Story = [await outcome(task), job.ended]
    await job.until_ended()
    return story


@case
async def patience_that_ends(way: Way) -> Story:
    job = Job()
    task = asyncio.ensure_future(way(job))
    await job.until_begun()  # before that it could be cancelled without having begun
    story: Story = [(await outcome(asyncio.wait_for(task, 0.02)))[0], job.ended]
    await job.until_ended()
    return story


@loops
@pytest.mark.parametrize("way", [new, begun])
@case.parametrized()
def test_the_story_is_the_same(run: Any, way: Way, case: Case) -> None:
    assert_alike(run, way, case)


@loops
@case.parametrized()
def test_the_story_is_the_same_in_a_task_group(run: Any, case: Case) -> None:
    assert_alike(run, new, in_a_task_group(case))
