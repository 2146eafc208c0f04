"""Running a Plan: in which order, how often, and what is wrong with the request."""

from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from talarian.engine.analyse.calls import analyse_call
from talarian.engine.compile.interpret import Exchange, solve
from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.params import Header
from talarian.engine.declare.security import SecurityScopes
from talarian.engine.ground.background import BackgroundTasks

pytestmark = pytest.mark.anyio


@dataclass
class Solved:
    values: dict[str, Any]
    errors: list[tuple[str, Any]]
    exchange: Exchange
    events: list[str] = field(default_factory=list[str])


async def solved(
    endpoint: Callable[..., Any],
    query: str = "",
    *,
    overrides: Mapping[Any, Any] | None = None,
    body: Any = None,
    events: list[str] | None = None,
) -> Solved:
    """Solve an endpoint's arguments; `events` is told when each stack is closed."""
    told = [] if events is None else events
    scope: dict[str, Any] = {
        "type": "http",
        "path": "/",
        "path_params": {},
        "query_string": query.encode(),
        "headers": [],
    }
    async with AsyncExitStack() as request_stack:
        request_stack.callback(told.append, "request ended")
        async with AsyncExitStack() as function_stack:
            function_stack.callback(told.append, "function ended")
            exchange = Exchange(
                connection=Request(scope),
                request_stack=request_stack,
                function_stack=function_stack,
                overrides=overrides,
                body=body,
            )
            values, errors = await solve(analyse_call(endpoint, "/"), exchange)
    return Solved(values, [(error["type"], error["loc"]) for error in errors], exchange, told)


async def test_dependencies_run_in_the_order_of_declaration() -> None:
    events: list[str] = []

    def step(name: str, *needs: Any) -> Any:
        async def dependency() -> str:
            events.append(name)
            return name

        async def after(_: str = Depends(needs[0]) if needs else "") -> str:  # type: ignore[assignment]
            events.append(name)
            return name

        return after if needs else dependency

    def endpoint(
        a: Annotated[str, Depends(step("a", step("a0")))],
        b: Annotated[str, Depends(step("b"))],
    ) -> None: ...

    found = await solved(endpoint)
    assert events == ["a0", "a", "b"]
    assert found.values == {"a": "a", "b": "b"}


async def test_one_call_serves_all_who_ask() -> None:
    calls: list[int] = []

    def counted() -> int:
        calls.append(1)
        return len(calls)

    def through(value: Annotated[int, Depends(counted)]) -> int:
        return value

    def endpoint(
        one: Annotated[int, Depends(through)],
        two: Annotated[int, Depends(counted)],
        fresh: Annotated[int, Depends(counted, use_cache=False)],
        three: Annotated[int, Depends(counted)],
    ) -> None: ...

    assert (await solved(endpoint)).values == {"one": 1, "two": 1, "fresh": 2, "three": 1}


async def test_none_is_a_result_that_is_cached() -> None:
    calls: list[None] = []

    def nothing() -> None:
        calls.append(None)

    def endpoint(
        a: Annotated[None, Depends(nothing)], b: Annotated[None, Depends(nothing)]
    ) -> None: ...

    await solved(endpoint)
    assert calls == [None]


async def test_different_scopes_are_different_results() -> None:
    def asking(scopes: SecurityScopes) -> str:
        return scopes.scope_str

    def endpoint(
        a: Annotated[str, Security(asking, scopes=["a"])],
        b: Annotated[str, Security(asking, scopes=["b", "c"])],
    ) -> None: ...

    assert (await solved(endpoint)).values == {"a": "a", "b": "b c"}


async def test_all_errors_are_collected_and_what_needs_them_is_not_called() -> None:
    called: list[str] = []

    def wrong(q: int, token: Annotated[str, Header()]) -> None:
        called.append("wrong")

    def above(_: Annotated[None, Depends(wrong)], r: int) -> None:
        called.append("above")

    def fine() -> str:
        called.append("fine")
        return "fine"

    def endpoint(
        a: Annotated[None, Depends(above)], b: Annotated[str, Depends(fine)], s: float
    ) -> None: ...

    found = await solved(endpoint, "q=x&s=1.5")
    assert called == ["fine"]
    assert found.values == {"b": "fine", "s": 1.5}
    assert found.errors == [
        ("int_parsing", ("query", "q")),
        ("missing", ("header", "token")),
        ("missing", ("query", "r")),
    ]


async def test_what_yields_stays_open_until_its_scope_ends() -> None:
    events: list[str] = []

    async def asynchronous() -> AsyncGenerator[str, None]:
        yield "a"
        events.append("async ended")

    def synchronous() -> Generator[str, None, None]:
        yield "s"
        events.append("sync ended")

    def endpoint(
        a: Annotated[str, Depends(asynchronous)],
        s: Annotated[str, Depends(synchronous, scope="function")],
    ) -> None: ...

    found = await solved(endpoint, events=events)
    assert found.values == {"a": "a", "s": "s"}
    assert events == ["sync ended", "function ended", "async ended", "request ended"]


async def test_a_dependency_that_fails_ends_those_before_it() -> None:
    events: list[str] = []

    def opened() -> Generator[None, None, None]:
        try:
            yield
        except KeyError:
            events.append("saw it")
            raise

    def failing(_: Annotated[None, Depends(opened)]) -> None:
        raise KeyError

    def endpoint(value: Annotated[None, Depends(failing)]) -> None: ...

    with pytest.raises(KeyError):
        await solved(endpoint, events=events)
    assert events == ["function ended", "saw it", "request ended"]


class TestOverrides:
    async def test_at_any_depth_with_parameters_of_its_own(self) -> None:
        def real() -> str:
            raise AssertionError

        def fake(q: str) -> str:
            return f"fake {q}"

        def middle(value: Annotated[str, Depends(real)]) -> str:
            return value

        def endpoint(value: Annotated[str, Depends(middle)]) -> None: ...

        overrides = {real: fake}
        assert (await solved(endpoint, "q=1", overrides=overrides)).values == {"value": "fake 1"}
        found = await solved(endpoint, overrides=overrides)
        assert found.errors == [("missing", ("query", "q"))]

    async def test_an_override_is_not_overridden_again(self) -> None:
        def one() -> int:
            return 1

        def two() -> int:
            return 2

        def endpoint(a: Annotated[int, Depends(one)], b: Annotated[int, Depends(two)]) -> None: ...

        found = await solved(endpoint, overrides={one: two, two: one})
        assert found.values == {"a": 2, "b": 1}

    async def test_the_cache_is_that_of_the_original(self) -> None:
        calls: list[None] = []

        def one() -> None: ...
        def fake() -> None:
            calls.append(None)

        def endpoint(
            a: Annotated[None, Depends(one)], b: Annotated[None, Depends(one)]
        ) -> None: ...

        await solved(endpoint, overrides={one: fake})
        assert calls == [None]


async def test_what_is_injected_is_shared() -> None:
    def dependency(response: Response, tasks: BackgroundTasks) -> None:
        response.headers["x-set"] = "1"
        response.status_code = 299
        tasks.add_task(print)

    def endpoint(
        _: Annotated[None, Depends(dependency)],
        request: Request,
        response: Response,
        tasks: BackgroundTasks,
    ) -> None: ...

    found = await solved(endpoint)
    assert found.values["request"] is found.exchange.connection
    assert found.values["response"].headers["x-set"] == "1"
    assert found.values["response"].status_code == 299
    assert [task.func for task in found.values["tasks"].tasks] == [print]
    assert found.values["tasks"] is found.exchange.background
