"""What we use of anyio's inside is there; the day it is not, anyio's threads are used."""

import asyncio
import importlib
import threading
from collections.abc import Iterator
from typing import Any

import anyio
import anyio.to_thread
import pytest
from anyio import from_thread

from talarian.engine.ground import anyio_inside, workers
from talarian.engine.ground.threads import run_in_worker

BACKEND = "anyio._backends._asyncio"
CORE = "anyio._core._eventloop"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    anyio_inside.inside.cache_clear()
    yield
    anyio_inside.inside.cache_clear()


def test_this_anyio_is_the_one_we_know() -> None:
    assert anyio_inside.inside() is not None, (
        "anyio has changed its worker threads: see what it does now, and teach "
        "talarian.engine.ground.anyio_inside"
    )


def test_the_names_mean_what_we_think() -> None:
    inside = anyio_inside.inside()
    assert inside is not None

    def call() -> list[Any]:
        return [
            inside.thread.current_token.native_token,
            inside.thread.current_token.backend_class,
            inside.thread.current_cancel_scope,
        ]

    async def main() -> None:
        task = asyncio.current_task()
        assert task is not None
        assert inside.scope_of(task) is None
        with anyio.CancelScope() as outer, anyio.CancelScope() as scope:
            assert inside.scope_of(task) is scope
            seen = await anyio.to_thread.run_sync(call)
            assert seen == [asyncio.get_running_loop(), inside.backend, scope]
            assert await run_in_worker(False, call) == seen
            assert not anyio_inside.is_cancelled(scope)
            outer.cancel()
            assert anyio_inside.is_cancelled(scope)
            scope.shield = True
            assert not anyio_inside.is_cancelled(scope)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (BACKEND, "AsyncIOBackend"),
        (BACKEND, "_task_states"),
        (BACKEND, "TaskState"),
        (BACKEND, "CancelScope._effectively_cancelled"),
        (CORE, "claim_worker_thread"),
        (CORE, "threadlocals"),
        (CORE, "set_current_async_library"),
    ],
)
def test_without_one_of_the_names(module: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _, attribute = name.rpartition(".")
    found = importlib.import_module(module)
    monkeypatch.delattr(getattr(found, owner) if owner else found, attribute)
    assert anyio_inside.inside() is None


def test_names_that_have_another_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    core = importlib.import_module(CORE)
    with monkeypatch.context() as patch:
        patch.setattr(core, "claim_worker_thread", lambda backend: None)
        assert anyio_inside.inside() is None
    anyio_inside.inside.cache_clear()
    backend = importlib.import_module(BACKEND)
    monkeypatch.setattr(
        backend.AsyncIOBackend, "check_cancelled", classmethod(lambda backend: None)
    )
    assert anyio_inside.inside() is None


def test_then_anyio_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(importlib.import_module(CORE), "claim_worker_thread")

    async def coroutine() -> str:
        return threading.current_thread().name

    def call() -> tuple[bool, str]:
        current = threading.current_thread()
        return isinstance(current, workers._Worker), from_thread.run(coroutine)

    async def main() -> None:
        limiter = anyio.to_thread.current_default_thread_limiter()
        for begun in (False, True):
            assert await run_in_worker(begun, call) == (False, threading.current_thread().name)
        assert limiter.borrowed_tokens == 0

    asyncio.run(main())
