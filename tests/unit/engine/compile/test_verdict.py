"""Which endpoints are interpreted, and the reasons people are told."""

from collections.abc import AsyncGenerator, Callable, Generator
from typing import Annotated, Any

import pytest

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.compile.verdict import opened_in_order, why_interpreted
from talarian.engine.declare.depends import Depends
from talarian.engine.declare.params import File, Form, Header
from talarian.engine.ground.responses import StreamingResponse
from tests.unit.engine.app.helpers import call


async def opened() -> AsyncGenerator[int, None]:
    yield 1


def blocking() -> Generator[int, None, None]:
    yield 1


async def returned() -> int:
    return 1


def why(endpoint: Callable[..., Any], **options: Any) -> str | None:
    return why_interpreted(Route("/", endpoint, methods=["POST"], **options).plan)


def test_most_endpoints_are_compiled() -> None:
    def endpoint(
        item: dict[str, int],
        a: Annotated[int, Depends(opened)],
        b: Annotated[int, Depends(blocking, scope="function")],
        q: list[str] | None = None,
    ) -> None: ...

    assert why(endpoint) is None
    assert why(endpoint, response_class=StreamingResponse) is None


def test_streams_and_forms_are_interpreted() -> None:
    async def stream() -> AsyncGenerator[int, None]:
        yield 1

    def form(a: Annotated[int, Form()]) -> None: ...
    def file(a: Annotated[bytes, File()]) -> None: ...
    def below(a: Annotated[None, Depends(form)]) -> None: ...

    assert why(stream) == "the endpoint yields: its answer is a stream"
    assert {why(endpoint) for endpoint in (form, file, below)} == {"the body is a form"}


def test_what_closes_before_what_was_opened_after_it() -> None:
    def endpoint(
        short: Annotated[int, Depends(opened, scope="function")],
        long: Annotated[int, Depends(blocking, scope="request")],
    ) -> None: ...

    def the_other_way(
        long: Annotated[int, Depends(blocking, scope="request")],
        short: Annotated[int, Depends(opened, scope="function")],
    ) -> None: ...

    reason = why(endpoint)
    assert reason is not None
    assert 'scope "function" opens before one of scope "request"' in reason
    assert why(the_other_way) is None


def nested(count: int, *, limit: int | None = None, cached: bool = False) -> Callable[..., Any]:
    one = Depends(opened, use_cache=cached, max_concurrency=limit)
    names: dict[str, Any] = {"one": one}
    exec(f"async def endpoint({', '.join(f'a{n}=one' for n in range(count))}): ...", names)
    function: Callable[..., Any] = names["endpoint"]
    return function


def test_python_has_a_limit_on_blocks() -> None:
    assert why(nested(16)) is None
    assert "more than 16 blocks" in (why(nested(17)) or "")
    assert why(nested(17, cached=True)) is None, "one block for all of them"
    assert why(nested(8, limit=50)) is None
    assert "more than 16 blocks" in (why(nested(9, limit=50)) or ""), "a limit is one, too"


@pytest.mark.parametrize("count", [8, 9, 16, 17, 40])
@pytest.mark.parametrize("limit", [None, 100])
def test_however_deep_it_is_served(count: int, limit: int | None) -> None:
    app = Talarian()
    app.get("/", status_code=201)(nested(count, limit=limit))
    assert call(app, "/")[0] == 201


def test_the_order_of_opening_is_that_of_the_interpreter() -> None:
    async def above(a: Annotated[int, Depends(opened)]) -> AsyncGenerator[None, None]:
        yield

    async def endpoint(
        a: Annotated[int, Depends(returned)],
        b: Annotated[None, Depends(above)],
        c: Annotated[int, Depends(opened)],
        d: Annotated[int, Depends(blocking)],
        e: Annotated[int, Depends(opened, use_cache=False)],
        f: Annotated[int, Depends(opened, scope="function")],
    ) -> None: ...

    order = opened_in_order(Route("/", endpoint).plan.root)
    assert [call.call for call in order] == [opened, above, blocking, opened, opened]
    assert [call.name for call in order] == ["a", "b", "d", "e", "f"]


def test_a_header_that_no_request_can_have() -> None:
    async def endpoint(a: Annotated[str | None, Header(alias="x-\u0142")] = None) -> None: ...

    assert "no request can have a header named 'x-\u0142'" in (why(endpoint) or "")
    app = Talarian()
    app.get("/")(endpoint)
    with pytest.raises(UnicodeEncodeError):  # as FastAPI: the interpreter looks for it
        call(app, "/")
