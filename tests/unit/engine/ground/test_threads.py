"""What was begun goes before what is new: a small pool can never be starved by its waiters."""

import threading
from queue import Queue
from typing import Any

import anyio
import anyio.to_thread
import pytest

from talarian.engine.ground.threads import run_in_worker

pytestmark = pytest.mark.anyio


@pytest.fixture(
    params=["asyncio", ("asyncio", {"use_uvloop": True}), "trio"], ids=["asyncio", "uvloop", "trio"]
)
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    return request.param


async def test_runs_in_another_thread_with_the_arguments() -> None:
    def call(first: int, *, second: int) -> tuple[int, int]:
        return (threading.get_ident(), first + second)

    thread, total = await run_in_worker(False, call, 1, second=2)
    assert thread != threading.get_ident()
    assert total == 3


async def test_exceptions_come_back_and_the_place_is_free_again() -> None:
    def fail() -> None:
        raise ValueError("no")

    limiter = anyio.to_thread.current_default_thread_limiter()
    for begun in (False, True):
        with pytest.raises(ValueError, match="no"):
            await run_in_worker(begun, fail)
    assert limiter.borrowed_tokens == 0


async def test_holders_of_a_small_pool_are_never_starved() -> None:
    """More requests than threads and than connections, each holding one between two visits."""
    pool: Queue[int] = Queue()
    for connection in range(2):
        pool.put(connection)
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = 4
    done = 0

    async def request() -> None:
        nonlocal done
        connection = await run_in_worker(False, pool.get, timeout=5)
        await anyio.sleep(0)
        await run_in_worker(True, pool.put, connection)
        done += 1

    async with anyio.create_task_group() as tasks:
        for _ in range(100):
            tasks.start_soon(request)
    assert done == 100
    assert pool.qsize() == 2
    assert limiter.borrowed_tokens == 0


async def test_nothing_new_begins_while_begun_work_is_beyond_the_limit() -> None:
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = 1
    release, entered = threading.Event(), threading.Event()
    order: list[str] = []

    def hold(name: str) -> None:
        entered.set()
        release.wait(5)
        order.append(name)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_worker, False, hold, "first")
        while not entered.is_set():
            await anyio.sleep(0.001)
        tasks.start_soon(run_in_worker, True, hold, "begun")
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(run_in_worker, False, order.append, "new")
        await anyio.wait_all_tasks_blocked()
        assert order == []
        release.set()
    assert order[-1] == "new"


async def test_a_cancelled_waiter_leaves_no_trace() -> None:
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = 1
    release = threading.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run_in_worker, False, release.wait, 5)
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0.01) as scope:
            await run_in_worker(False, print)
        assert scope.cancelled_caught
        release.set()
    assert limiter.borrowed_tokens == 0
    assert await run_in_worker(False, lambda: "next") == "next"
