"""`Opened` has the rules of the standard library's context managers, and shields the clean-up."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from anyio import CancelScope

from talarian.engine.compile.opened import Opened
from talarian.engine.ground.concurrency import shielded_exit

pytestmark = pytest.mark.anyio

Generator = Callable[[], AsyncGenerator[Any, None]]


async def once() -> AsyncGenerator[Any, None]:
    yield "value"


async def never() -> AsyncGenerator[Any, None]:
    return
    yield


async def twice() -> AsyncGenerator[Any, None]:
    yield 1
    yield 2


async def twice_if_it_meets_one() -> AsyncGenerator[Any, None]:
    try:
        yield 1
    except Exception:
        yield 2


async def swallows() -> AsyncGenerator[Any, None]:
    try:
        yield 1
    except Exception:
        return


async def passes_on() -> AsyncGenerator[Any, None]:
    try:
        yield 1
    except Exception as error:
        error.add_note("seen")
        raise


async def replaces() -> AsyncGenerator[Any, None]:
    try:
        yield 1
    except Exception as error:
        raise LookupError("another one") from error


async def fails_before() -> AsyncGenerator[Any, None]:
    raise LookupError("before")
    yield


async def fails_after() -> AsyncGenerator[Any, None]:
    yield
    raise LookupError("after")


GENERATORS: list[Generator] = [
    *(once, never, twice, twice_if_it_meets_one, swallows, passes_on, replaces),
    *(fails_before, fails_after),
]
RAISED: list[BaseException | None] = [
    *(None, ValueError("x"), StopAsyncIteration("x"), StopIteration("x"), RuntimeError("x")),
    *(GeneratorExit("x"), KeyboardInterrupt("x")),
]


async def outcome(manager: Any, raised: BaseException | None) -> Any:
    """What comes of a block that yields and raises: what it was given, and what came out."""
    given: Any = "nothing"
    try:
        async with manager as given:
            if raised is not None:
                raise raised
    except BaseException as error:
        return given, type(error), str(error), error is raised, type(error.__cause__)
    return given, "no exception"


@pytest.mark.parametrize("shielded", [False, True])
@pytest.mark.parametrize("raised", RAISED, ids=repr)
@pytest.mark.parametrize("generator", GENERATORS)
async def test_the_rules_are_those_of_the_standard_library(
    generator: Generator, raised: BaseException | None, shielded: bool
) -> None:
    scope = CancelScope()
    opened = Opened(generator(), scope if shielded else None)
    ours = await outcome(opened, raised)
    assert not scope.shield
    assert ours == await outcome(asynccontextmanager(generator)(), raised)


def ways(generator: Generator, scope: CancelScope) -> list[Any]:
    """The same dependency, compiled and interpreted."""
    return [Opened(generator(), scope), shielded_exit(asynccontextmanager(generator)(), scope)]


@pytest.mark.parametrize("way", [0, 1], ids=["compiled", "interpreted"])
async def test_cancellation_waits_for_the_clean_up_and_then_happens(way: int) -> None:
    events: list[str] = []

    async def slow() -> AsyncGenerator[None, None]:
        yield
        events.append("cleaning up")
        await anyio.sleep(0.01)
        events.append("clean")

    with CancelScope() as outer:
        with CancelScope() as scope:
            async with ways(slow, scope)[way]:
                outer.cancel()
        events.append("not reached")
    assert events == ["cleaning up", "clean"]
    assert outer.cancelled_caught


@pytest.mark.parametrize("way", [0, 1], ids=["compiled", "interpreted"])
async def test_a_cancelled_block_is_cleaned_up_in_peace(way: int) -> None:
    events: list[str] = []

    async def slow() -> AsyncGenerator[None, None]:
        try:
            yield
        except anyio.get_cancelled_exc_class():
            events.append("told")
            raise
        finally:
            await anyio.sleep(0.01)
            events.append("clean")

    with CancelScope() as outer:
        with CancelScope() as scope:
            async with ways(slow, scope)[way]:
                outer.cancel()
                await anyio.sleep(1)
    assert events == ["told", "clean"]
    assert outer.cancelled_caught


@pytest.mark.parametrize("way", [0, 1], ids=["compiled", "interpreted"])
async def test_an_exception_is_not_replaced_by_a_cancellation_in_the_clean_up(way: int) -> None:
    outer = CancelScope()

    async def cancelling() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            outer.cancel()
            await anyio.sleep(0)

    with pytest.raises(ValueError, match="of the block"), outer, CancelScope() as scope:
        async with ways(cancelling, scope)[way]:
            raise ValueError("of the block")


async def test_one_scope_serves_several_that_close_inside_each_other() -> None:
    events: list[str] = []

    def slow(name: str) -> Generator:
        async def generator() -> AsyncGenerator[str, None]:
            yield name
            await anyio.sleep(0)
            events.append(name)

        return generator

    with CancelScope() as scope:
        async with Opened(slow("a")(), scope) as a, Opened(slow("b")(), scope) as b:
            assert (a, b) == ("a", "b")
    assert events == ["b", "a"]
