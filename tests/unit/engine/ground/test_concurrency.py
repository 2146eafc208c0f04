"""The limit's behaviour inside requests is FastAPI's own suite's; here are the pieces alone."""

import gc
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from threading import get_ident
from typing import Any
from weakref import ref

import anyio
import anyio.from_thread
import anyio.to_thread
import pytest

from talarian.engine.ground.concurrency import (
    DependencyConcurrency,
    contextmanager_in_threadpool,
    shielded_exit,
)

pytestmark = pytest.mark.anyio
VALUE: ContextVar[str] = ContextVar("VALUE")


@contextmanager
def recording(events: list[Any]) -> Generator[str, None, None]:
    events.append(("enter", get_ident()))
    try:
        yield "value"
    except ValueError as error:
        events.append(error)
    finally:
        events.append(("exit", get_ident()))


class TestContextmanagerInThreadpool:
    async def test_enters_and_exits_in_worker_threads(self) -> None:
        events: list[Any] = []
        async with contextmanager_in_threadpool(recording(events)) as value:
            assert value == "value"
        assert [name for name, _ in events] == ["enter", "exit"]
        assert get_ident() not in [thread for _, thread in events]

    async def test_the_exit_sees_the_exception_and_may_suppress_it(self) -> None:
        events: list[Any] = []
        error = ValueError("from the body")
        async with contextmanager_in_threadpool(recording(events)):
            raise error
        assert events[1] is error

    async def test_what_the_exit_does_not_suppress_is_raised(self) -> None:
        events: list[Any] = []
        with pytest.raises(KeyError):
            async with contextmanager_in_threadpool(recording(events)):
                raise KeyError("from the body")
        assert events[-1][0] == "exit"

    async def test_a_cancelled_task_still_exits(self) -> None:
        events: list[Any] = []
        with anyio.CancelScope() as scope:
            async with contextmanager_in_threadpool(recording(events)):
                scope.cancel()
                await anyio.sleep(0)
        assert events[-1][0] == "exit"

    async def test_the_exit_needs_no_shared_worker(self) -> None:
        limiter = anyio.to_thread.current_default_thread_limiter()
        original = limiter.total_tokens
        events: list[Any] = []
        borrower = object()
        limiter.total_tokens = 1
        try:
            with anyio.fail_after(5):
                async with contextmanager_in_threadpool(recording(events)):
                    await limiter.acquire_on_behalf_of(borrower)
        finally:
            limiter.release_on_behalf_of(borrower)
            limiter.total_tokens = original
        assert events[-1][0] == "exit"

    async def test_the_exit_runs_in_the_context_of_the_task(self) -> None:
        seen: list[object] = []

        @contextmanager
        def resource() -> Generator[None, None, None]:
            yield
            seen.append(VALUE.get())
            seen.append(anyio.from_thread.run_sync(lambda: "from the loop"))
            VALUE.set("the exit's own")

        async with contextmanager_in_threadpool(resource()):
            VALUE.set("the task's")
        assert seen == ["the task's", "from the loop"]
        assert VALUE.get() == "the task's"


class TestShieldedExit:
    @pytest.mark.parametrize("cancel", [False, True])
    async def test_cancelling_does_not_interrupt_the_exit(self, cancel: bool) -> None:
        events: list[str] = []

        @asynccontextmanager
        async def resource() -> AsyncGenerator[str, None]:
            # A task group that stays open while the body runs: its scope must close inside.
            try:
                async with anyio.create_task_group() as group:
                    group.start_soon(anyio.sleep_forever)
                    try:
                        yield "value"
                    finally:
                        group.cancel_scope.cancel()
            finally:
                await anyio.sleep(0.001)
                events.append("closed")

        with anyio.CancelScope() as outer, anyio.CancelScope() as cleanup:
            async with shielded_exit(resource(), cleanup) as value:
                events.append(value)
                if cancel:
                    outer.cancel()
                    await anyio.sleep_forever()
        assert events == ["value", "closed"]
        # Though on trio the group, cancelled by its owner, takes the cancellation for its own.
        assert outer.cancelled_caught is cancel

    async def test_the_exit_sees_the_exception_and_may_suppress_it(self) -> None:
        @asynccontextmanager
        async def suppressing() -> AsyncGenerator[None, None]:
            try:
                yield
            except ValueError:
                return

        async with shielded_exit(suppressing(), anyio.CancelScope()):
            raise ValueError
        with pytest.raises(KeyError):
            async with shielded_exit(suppressing(), anyio.CancelScope()):
                raise KeyError

    async def test_entering_can_be_cancelled(self) -> None:
        entered = False

        @asynccontextmanager
        async def slow() -> AsyncGenerator[None, None]:
            nonlocal entered
            await anyio.sleep_forever()
            entered = True  # pragma: no cover
            yield

        with anyio.move_on_after(0.01) as scope:
            async with shielded_exit(slow(), anyio.CancelScope()):
                pass  # pragma: no cover
        assert scope.cancelled_caught
        assert not entered


class TestDependencyConcurrency:
    @pytest.mark.parametrize("value", [0, -1, True, 1.5, "2", None])
    async def test_only_positive_integers(self, value: Any) -> None:
        with pytest.raises(ValueError, match="max_concurrency must be a positive integer or None"):
            DependencyConcurrency(value)

    async def test_one_semaphore_per_declaration(self) -> None:
        first, second = DependencyConcurrency(2), DependencyConcurrency(2)
        assert first.get_semaphore() is first.get_semaphore()
        assert first.get_semaphore() is not second.get_semaphore()
        assert first.get_semaphore().value == 2

    async def test_the_semaphore_dies_with_its_declaration(self) -> None:
        concurrency = DependencyConcurrency(1)
        semaphore = ref(concurrency.get_semaphore())
        gc.collect()
        assert semaphore() is concurrency.get_semaphore()
        del concurrency
        gc.collect()
        assert semaphore() is None


def test_each_event_loop_has_its_own_semaphore() -> None:
    concurrency = DependencyConcurrency(1)

    async def take_without_returning() -> None:
        concurrency.get_semaphore().acquire_nowait()

    anyio.run(take_without_returning, backend="asyncio")
    anyio.run(take_without_returning, backend="asyncio")
    anyio.run(take_without_returning, backend="trio")
