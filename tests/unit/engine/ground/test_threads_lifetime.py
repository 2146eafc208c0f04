"""When worker threads begin and end, how many there are, and what they keep."""

import asyncio
import gc
import multiprocessing
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from textwrap import dedent
from typing import Any
from weakref import ref

import anyio
import anyio.to_thread
import pytest
import uvloop
from anyio import from_thread

from talarian.engine.ground import workers
from talarian.engine.ground.threads import run_in_worker
from tests.unit.engine.ground.thread_cases import Job, loops, new

Run = Callable[[Coroutine[Any, Any, Any]], Any]


def worker_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "AnyIO worker thread"}


@pytest.fixture
def born() -> Iterator[Callable[[], set[threading.Thread]]]:
    """What worker threads there are that were not there before."""
    before = worker_threads()
    yield lambda: worker_threads() - before


def assert_soon(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it does not become true"
        time.sleep(0.002)


Born = Callable[[], set[threading.Thread]]


# How they end


def in_a_portal(coroutine: Coroutine[Any, Any, Any]) -> Any:
    async def run() -> Any:
        return await coroutine

    with from_thread.start_blocking_portal() as portal:
        return portal.call(run)


def in_a_runner(coroutine: Coroutine[Any, Any, Any]) -> Any:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(coroutine)


async def several_at_once() -> None:
    await asyncio.gather(*[new(time.sleep, 0.05) for _ in range(5)])


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run, in_a_runner, in_a_portal])
def test_they_end_with_the_event_loop(run: Run, born: Born) -> None:
    async def main() -> int:
        await several_at_once()
        return len(born())

    for _ in range(20):
        assert run(main()) >= 2  # how many it takes depends on how busy the machine is
    assert_soon(lambda: not born())


@pytest.mark.parametrize("new_event_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_they_do_not_pile_up_where_loops_are_only_closed(
    new_event_loop: Callable[[], asyncio.AbstractEventLoop], born: Born
) -> None:
    for _ in range(20):
        loop = new_event_loop()
        loop.run_until_complete(several_at_once())
        loop.close()
    assert_soon(lambda: len(born()) <= 5)
    asyncio.run(several_at_once())
    assert_soon(lambda: not born())


@loops
def test_nothing_keeps_the_event_loop(run: Run) -> None:
    async def main() -> ref[asyncio.AbstractEventLoop]:
        await several_at_once()
        return ref(asyncio.get_running_loop())

    loop = run(main())

    def is_gone() -> bool:
        gc.collect()
        return loop() is None

    assert_soon(is_gone)


@pytest.mark.parametrize("new_event_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_loop_that_is_closed_before_a_function_returns(
    new_event_loop: Callable[[], asyncio.AbstractEventLoop], born: Born
) -> None:
    jobs = [Job(), Job()]

    async def main() -> None:
        futures = [asyncio.ensure_future(new(job)) for job in jobs]
        for job, future in zip(jobs, futures, strict=True):
            await job.until_begun()
            future.cancel()
        # And one that no thread has yet.
        future = asyncio.ensure_future(new(jobs[0]))
        await asyncio.sleep(0)
        future.cancel()

    loop = new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    for job in jobs:
        job.go.set()
    assert_soon(lambda: all(job.ended for job in jobs) and not born())
    kept = ref(loop)
    del loop

    def is_gone() -> bool:
        gc.collect()
        return kept() is None

    assert_soon(is_gone)


@loops
def test_a_loop_goes_on_after_its_shutdown(run: Run, born: Born) -> None:
    async def main() -> list[str]:
        await several_at_once()
        loop = asyncio.get_running_loop()
        await loop.shutdown_asyncgens()
        await several_at_once()
        return [await new(lambda: "still"), await new(lambda: "served")]

    assert run(main()) == ["still", "served"]
    assert_soon(lambda: not born())


def test_idle_ones_end(born: Born, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "IDLE_SECONDS", 0.05)

    async def main() -> None:
        await several_at_once()
        assert len(born()) == 5
        for _ in range(50):
            await new(lambda: None)
            await asyncio.sleep(0.005)
        assert len(born()) == 1
        await asyncio.sleep(0.3)
        assert not born()
        await several_at_once()

    asyncio.run(main())


def test_ending_and_being_called_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that give up all the time, while jobs come in just then."""
    monkeypatch.setattr(workers, "IDLE_SECONDS", 0.0005)
    chance = random.Random(7)

    async def ask(number: int) -> int:
        await asyncio.sleep(chance.random() * 0.3)
        return int(await new(lambda: number))

    async def main() -> list[int]:
        return await asyncio.gather(*[ask(number) for number in range(1000)])

    assert asyncio.run(main()) == list(range(1000))


# The end of the process


def python(program: str) -> tuple[float, subprocess.CompletedProcess[str]]:
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(program)],
        capture_output=True,
        text=True,
        timeout=50,
    )
    return time.monotonic() - start, done


ABANDONED = """
    import asyncio, time
    from talarian.engine.ground.threads import run_in_worker

    def work():
        print("begins", flush=True)
        time.sleep({seconds})
        print("ends", flush=True)

    async def main():
        task = asyncio.create_task(run_in_worker(False, work))
        await asyncio.sleep(0.2)
        task.cancel()

    asyncio.run(main())
"""


def test_the_process_ends_although_a_function_does_not() -> None:
    seconds, done = python(ABANDONED.format(seconds=60))
    assert (done.returncode, done.stdout, done.stderr) == (0, "begins\n", "")
    assert seconds < 30


def test_the_process_lets_a_function_return() -> None:
    _, done = python(ABANDONED.format(seconds=1))
    assert (done.returncode, done.stdout, done.stderr) == (0, "begins\nends\n", "")


def test_the_process_ends_quickly_with_idle_threads() -> None:
    """Of a loop that nobody has closed, too."""
    seconds, done = python(
        """
        import asyncio
        from talarian.engine.ground.threads import run_in_worker

        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(run_in_worker(False, lambda: 1)) == 1
        loop.close()
        """
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert seconds < workers.IDLE_SECONDS


# Forks


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    """In a new loop, in the parent's own one, and from within a function in a thread."""
    fork = multiprocessing.get_context("fork")

    def child(loop: asyncio.AbstractEventLoop) -> None:
        assert asyncio.run(new(lambda: "new loop")) == "new loop"
        assert loop.run_until_complete(new(lambda: "old loop")) == "old loop"

    def fork_child() -> int | None:
        process = fork.Process(target=child, args=(loop,))
        process.start()
        process.join(20)
        return process.exitcode

    loop = asyncio.new_event_loop()
    loop.run_until_complete(several_at_once())
    assert fork_child() == 0
    loop.run_until_complete(several_at_once())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()

    def child_of_a_thread() -> None:
        assert asyncio.run(new(lambda: "deep")) == "deep"

    def fork_in_a_thread() -> int | None:
        process = fork.Process(target=child_of_a_thread)
        process.start()
        process.join(20)
        return process.exitcode

    assert asyncio.run(new(fork_in_a_thread)) == 0


# How many there are


@loops
def test_one_after_the_other_there_is_one_thread(run: Run) -> None:
    async def main() -> int:
        return len({await new(threading.get_ident) for _ in range(50)})

    assert run(main()) == 1


@loops
def test_short_functions_share_few_threads(run: Run) -> None:
    async def main() -> int:
        return len(set(await asyncio.gather(*[new(threading.get_ident) for _ in range(400)])))

    assert run(main()) <= 10


@loops
def test_functions_that_block_do_not_wait_for_each_other(run: Run) -> None:
    """All the limit's threads at once, each waiting for all the others."""
    together = threading.Barrier(40, timeout=20)

    async def main() -> set[int]:
        indices = await asyncio.gather(*[new(together.wait) for _ in range(40)])
        assert len(indices) == 40
        return set(await asyncio.gather(*[new(together.wait) for _ in range(40)]))

    assert run(main()) == set(range(40))


@loops
def test_a_function_behind_one_that_blocks(run: Run) -> None:
    """It shares a hand-over with one that only it can release."""
    released = threading.Event()

    async def main() -> list[Any]:
        return list(await asyncio.gather(new(released.wait, 20), new(released.set)))

    for _ in range(50):
        released.clear()
        assert run(main()) == [True, None]


def test_several_loops_at_once() -> None:
    results: list[int] = []

    async def main(number: int) -> None:
        loop_thread = threading.get_ident()
        for _ in range(20):
            answers = await asyncio.gather(
                *[new(from_thread.run_sync, threading.get_ident) for _ in range(20)]
            )
            assert set(answers) == {loop_thread}
        results.append(number)

    threads = [
        threading.Thread(target=run, args=[main(number)])
        for number, run in enumerate([asyncio.run, uvloop.run] * 3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results) == list(range(6))


@loops
def test_any_mixture(run: Run) -> None:
    """Short and long, new and begun, cancelled in every way: nothing is lost, nothing is left."""
    chance = random.Random(11)
    begun: list[int] = []
    ended: list[int] = []

    def work(number: int, seconds: float) -> int:
        begun.append(number)
        if seconds:
            time.sleep(seconds)
        ended.append(number)
        return number

    async def ask(number: int) -> int | None:
        await asyncio.sleep(chance.random() * 0.2)
        job = run_in_worker(chance.random() < 0.3, work, number, chance.choice([0, 0, 0, 0.01]))
        match chance.randrange(3):
            case 0:
                return await job
            case 1:
                with anyio.move_on_after(chance.choice([-1, 0, 0.005, 5])):
                    return await job
            case _:
                task = asyncio.create_task(job)
                await asyncio.sleep(chance.choice([0, 0.005]))
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        return None

    async def main() -> list[int | None]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = 8
        answers = await asyncio.gather(*[ask(number) for number in range(600)])
        assert limiter.borrowed_tokens == 0
        assert await new(lambda: "next") == "next"
        return answers

    answers = run(main())
    assert_soon(lambda: len(ended) == len(begun))
    assert len(set(begun)) == len(begun)
    expected = {number for number, answer in enumerate(answers) if answer is not None}
    assert expected <= set(ended)
    assert all(answer in (None, number) for number, answer in enumerate(answers))
    assert len(expected) > 200


# What they keep, and what goes wrong


class Thing:
    pass


class Failure(Exception):
    pass


@loops
def test_an_idle_thread_keeps_nothing(run: Run) -> None:
    def call(thing: Thing, *, named: Thing) -> Thing:
        return Thing()

    def fail(thing: Thing) -> None:
        raise Failure(thing)

    async def main() -> list[bool]:
        refs: list[ref[Any]] = []
        async with anyio.create_task_group():  # so that there is a scope to keep
            first, second, third = Thing(), Thing(), Thing()
            result = await run_in_worker(False, call, first, named=second)
            refs += [ref(thing) for thing in (first, second, third, result)]
            try:
                await run_in_worker(True, fail, third)
            except Failure as error:  # pytest.raises would keep it in a circle
                refs.append(ref(error))
            del first, second, third, result
            await asyncio.sleep(0.01)
        return [thing() is None for thing in refs]

    gc.collect()
    gc.disable()
    try:
        assert run(main()) == [True] * 5
    finally:
        gc.enable()


def test_no_thread_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> list[Any]:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            failed = await asyncio.gather(*[new(int) for _ in range(3)], return_exceptions=True)
        return [*map(str, failed), await new(lambda: "next")]

    assert asyncio.run(main()) == ["can't start new thread"] * 3 + ["next"]


def test_no_thread_to_be_had_beside_one_that_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that is at work calls for another, which cannot be started either."""
    job = Job()

    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def main() -> list[Any]:
        await new(lambda: None)
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            tasks = [asyncio.create_task(new(call)) for call in (job, int, int)]
            failed = await asyncio.gather(*tasks[1:], return_exceptions=True)
            job.go.set()
            return [await tasks[0], *map(str, failed)]

    assert asyncio.run(main()) == ["result", *["can't start new thread"] * 2]
