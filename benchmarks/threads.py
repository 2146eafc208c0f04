"""CPU time of one call in a worker thread, beside `anyio.to_thread.run_sync`.

    python -m benchmarks.threads [--rounds 9]

CPU time of the whole process, as the kernel counts it, because wall time on a shared machine says
little. Both ways take turns in each round, in one process and event loop; the medians are compared.
Put `taskset -c 1` in front: waking a thread on another core costs twice as much, and which core it
is on is a matter of luck.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from statistics import median
from typing import Any

import anyio
import anyio.to_thread
import uvloop

from talarian.engine.ground.threads import run_in_worker

Way = Callable[..., Awaitable[Any]]

WAYS: dict[str, Way] = {
    "anyio": anyio.to_thread.run_sync,
    "talarian": partial(run_in_worker, False),
}


def trivial() -> dict[str, str]:
    return {"message": "Hello"}


async def one_after_the_other(way: Way, calls: int) -> None:
    for _ in range(calls):
        await way(trivial)


async def in_a_cancel_scope(way: Way, calls: int) -> None:
    with anyio.CancelScope():
        await one_after_the_other(way, calls)


async def many_in_flight(way: Way, calls: int, *, flight: int = 64) -> None:
    await asyncio.gather(*[one_after_the_other(way, calls // flight) for _ in range(flight)])


async def blocking(way: Way, calls: int) -> None:
    await asyncio.gather(*[way(time.sleep, 0.05) for _ in range(calls)])


SCENARIOS: list[tuple[str, Callable[[Way, int], Awaitable[None]], int, int]] = [
    ("1 in flight", one_after_the_other, 300, 40),
    ("1 in flight, in a cancel scope", in_a_cancel_scope, 300, 40),
    ("64 in flight, 64 threads allowed", many_in_flight, 960, 64),
    ("64 in flight, 40 threads allowed", many_in_flight, 960, 40),
    ("40 times 50 ms of sleep, together", blocking, 40, 40),
]
"""Each with the number of calls, and of threads that the limiter allows."""


async def compare(rounds: int) -> None:
    limiter = anyio.to_thread.current_default_thread_limiter()
    for name, scenario, calls, threads in SCENARIOS:
        limiter.total_tokens = threads
        spent: dict[str, list[float]] = {way: [] for way in WAYS}
        took: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(rounds):
            for label, way in WAYS.items():
                cpu, wall = time.process_time(), time.perf_counter()
                await scenario(way, calls)
                spent[label].append((time.process_time() - cpu) / calls * 1e6)
                took[label].append((time.perf_counter() - wall) * 1e3)
        theirs, ours = median(spent["anyio"]), median(spent["talarian"])
        print(
            f"{name:34}  anyio {theirs:6.1f} µs  talarian {ours:6.1f} µs  {theirs / ours:5.1f}x"
            f"   (whole run {median(took['anyio']):6.1f} and {median(took['talarian']):6.1f} ms)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds: int = parser.parse_args().rounds
    for title, run in (("asyncio", asyncio.run), ("uvloop", uvloop.run)):
        print(f"{title}: CPU time per call")
        run(compare(rounds))


if __name__ == "__main__":
    main()
