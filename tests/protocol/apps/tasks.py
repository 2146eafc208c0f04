"""Endpoints that lean on the task they run in. Each returns whether all was as it should be."""

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator
from typing import Annotated, Any

import anyio
import anyio.from_thread
import anyio.to_thread

from talarian import Depends, Request, Talarian

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="clean")


def make() -> Talarian:
    app = Talarian()
    _tasks(app)
    _scopes(app)
    _threads(app)
    _contexts(app)
    return app


def _task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _tasks(app: Talarian) -> None:
    @app.get("/")
    async def root() -> bool:
        return True

    @app.get("/same-task")
    async def same_task() -> bool:
        before = _task()
        await asyncio.sleep(0)
        between = _task()
        await asyncio.sleep(0.01)
        return before is between is _task()

    async def dependency() -> AsyncIterator[asyncio.Task[Any]]:
        task = _task()
        await asyncio.sleep(0)
        yield task
        assert task is _task()

    @app.get("/same-task-as-the-dependency")
    async def same_as_dependency(
        task: Annotated[Any, Depends(dependency)], again: Annotated[Any, Depends(_task_later)]
    ) -> bool:
        return task is _task() and again is _task()

    @app.get("/not-cancelling")
    async def not_cancelling() -> bool:
        return _task().cancelling() == 0

    @app.get("/known-to-the-loop")
    async def known_to_the_loop() -> bool:
        await asyncio.sleep(0)
        return _task() in asyncio.all_tasks()

    @app.get("/cancels-itself")
    async def cancels_itself() -> bool:
        _task().cancel()
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            return _task().uncancel() == 0
        return False

    @app.get("/cancels-itself-after-a-suspension")
    async def cancels_itself_later() -> bool:
        await asyncio.sleep(0)
        return await cancels_itself()

    @app.get("/leaves-a-cancellation-behind")
    async def leaves_a_cancellation() -> bool:
        _task().cancel()
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            return True
        return False

    @app.get("/leaves-a-cancellation-unseen")
    async def leaves_it_unseen() -> bool:
        _task().cancel()
        return True

    @app.get("/future")
    async def future() -> bool:
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[bool] = loop.create_future()
        loop.call_later(0.005, waiting.set_result, True)
        return await waiting

    @app.get("/child-task")
    async def child_task() -> bool:
        parent = _task()
        return await asyncio.create_task(_is_other(parent)) and parent is _task()

    @app.get("/gather")
    async def gather() -> bool:
        sleeping = [asyncio.sleep(0.001 * number, number) for number in (2, 1)]
        results = await asyncio.gather(*sleeping)
        return results == [2, 1]

    @app.get("/queue")
    async def queue() -> bool:
        numbers: asyncio.Queue[int] = asyncio.Queue(1)
        giver = asyncio.create_task(_give(numbers))
        taken = [await numbers.get() for _ in range(3)]
        await giver
        return taken == [0, 1, 2]

    @app.get("/error-after-a-suspension")
    async def error_later() -> bool:
        await asyncio.sleep(0)
        raise ValueError("a mistake in an endpoint")

    @app.get("/error")
    async def error() -> bool:
        raise ValueError("a mistake in an endpoint")


async def _task_later() -> asyncio.Task[Any]:
    await asyncio.sleep(0.001)
    return _task()


async def _is_other(task: asyncio.Task[Any]) -> bool:
    await asyncio.sleep(0)
    return task is not _task()


async def _give(numbers: "asyncio.Queue[int]") -> None:
    for number in range(3):
        await numbers.put(number)


def _scopes(app: Talarian) -> None:
    @app.get("/timeout")
    async def timeout() -> bool:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(5)
        except TimeoutError:
            return _task().cancelling() == 0
        return False

    @app.get("/timeout-of-nothing")
    async def timeout_of_nothing() -> bool:
        try:
            async with asyncio.timeout(0):
                await asyncio.sleep(5)
        except TimeoutError:
            return True
        return False

    @app.get("/timeout-in-time")
    async def timeout_in_time() -> bool:
        async with asyncio.timeout(5):
            await asyncio.sleep(0.001)
        return True

    @app.get("/wait-for")
    async def wait_for() -> bool:
        try:
            await asyncio.wait_for(asyncio.sleep(5), 0.01)
        except TimeoutError:
            return True
        return False

    @app.get("/move-on-after")
    async def move_on_after() -> bool:
        with anyio.move_on_after(0.01) as scope:
            await anyio.sleep(5)
        return scope.cancelled_caught

    @app.get("/fail-after")
    async def fail_after() -> bool:
        try:
            with anyio.fail_after(0.01):
                await anyio.sleep(5)
        except TimeoutError:
            return True
        return False

    @app.get("/cancelled-scope")
    async def cancelled_scope() -> bool:
        with anyio.CancelScope() as scope:
            scope.cancel()
            await anyio.sleep(5)
        await anyio.sleep(0)
        return scope.cancelled_caught

    @app.get("/task-groups")
    async def task_groups() -> bool:
        done: list[int] = []

        async def work(number: int) -> None:
            await anyio.sleep(0.001)
            done.append(number)

        async with anyio.create_task_group() as group:
            for number in range(3):
                group.start_soon(work, number)
        async with asyncio.TaskGroup() as group_of_asyncio:
            group_of_asyncio.create_task(work(3))
        return sorted(done) == [0, 1, 2, 3]

    @app.get("/task-group-that-fails")
    async def failing_group() -> bool:
        async def fail() -> None:
            await anyio.sleep(0)
            raise ValueError("in a group")

        try:
            async with anyio.create_task_group() as group:
                group.start_soon(fail)
                await anyio.sleep(5)
        except ExceptionGroup as group_error:
            return group_error.subgroup(ValueError) is not None and _task().cancelling() == 0
        return False

    lock = anyio.Lock()

    @app.get("/lock")
    async def locked() -> bool:
        async with lock:
            held = lock.statistics().owner
            await anyio.sleep(0.001)
        return held is not None and held.id == anyio.get_current_task().id

    condition, limiter = anyio.Condition(), anyio.CapacityLimiter(1)

    @app.get("/condition")
    async def conditioned() -> bool:
        async def notify() -> None:
            async with condition:
                condition.notify_all()

        async with anyio.create_task_group() as group, condition:
            group.start_soon(notify)
            await condition.wait()
        return True

    @app.get("/limiter")
    async def limited() -> bool:
        async with limiter:
            await anyio.sleep(0)
            return limiter.borrowed_tokens == 1


def _threads(app: Talarian) -> None:
    @app.get("/to-thread")
    async def to_thread() -> bool:
        here = threading.get_ident()
        return await anyio.to_thread.run_sync(threading.get_ident) != here

    @app.get("/asyncio-to-thread")
    async def asyncio_to_thread() -> bool:
        return await asyncio.to_thread(threading.get_ident) != threading.get_ident()

    @app.get("/from-thread")
    def from_thread() -> bool:
        async def loop_thread() -> int:
            return threading.get_ident()

        return anyio.from_thread.run(loop_thread) != threading.get_ident()

    @app.get("/executor")
    async def executor() -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, threading.get_ident) != threading.get_ident()


def _contexts(app: Talarian) -> None:
    @app.get("/context")
    async def context() -> bool:
        before = VARIABLE.get()
        VARIABLE.set("dirty")
        return before == "clean"

    @app.get("/context-after-a-suspension")
    async def context_later() -> bool:
        before = VARIABLE.get()
        VARIABLE.set("dirty")
        await asyncio.sleep(0.001)
        return (before, VARIABLE.get()) == ("clean", "dirty")

    async def sets_variable() -> AsyncIterator[None]:
        token = VARIABLE.set("by the dependency")
        yield
        VARIABLE.reset(token)

    @app.get("/context-of-a-dependency", dependencies=[Depends(sets_variable)])
    async def context_of_dependency() -> bool:
        return VARIABLE.get() == "by the dependency"

    @app.get("/context-in-a-thread")
    def context_in_thread() -> bool:
        before = VARIABLE.get()
        VARIABLE.set("dirty")
        return before == "clean"

    @app.get("/context-of-a-request")
    async def context_of_request(request: Request, wanted: str) -> bool:
        before = VARIABLE.get()
        VARIABLE.set(wanted)
        await asyncio.sleep(0.005)
        return (before, VARIABLE.get()) == ("clean", wanted)


# uvicorn starts a request that was waiting in a pipeline from within the one before it, so that it
# inherits what that one set. The lane does better.
LEAKS_IN_PIPELINES = ("context", "context-after-a-suspension", "context-of-a-request?wanted=x")
ALL_TRUE = (
    *LEAKS_IN_PIPELINES,
    *("same-task", "same-task-as-the-dependency", "not-cancelling", "known-to-the-loop"),
    *("cancels-itself", "cancels-itself-after-a-suspension", "leaves-a-cancellation-behind"),
    *("future", "child-task", "gather", "queue", "timeout", "timeout-of-nothing"),
    *("timeout-in-time", "wait-for", "move-on-after", "fail-after", "cancelled-scope"),
    *("task-groups", "task-group-that-fails", "lock", "condition", "limiter", "to-thread"),
    *("asyncio-to-thread", "from-thread", "executor", "context-of-a-dependency"),
    "context-in-a-thread",
)
