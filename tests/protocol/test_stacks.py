"""What third parties put on the exit stacks of a request, on the lane as on the reference."""

from collections.abc import AsyncGenerator, Generator
from typing import Annotated

import pytest

from talarian import Depends, Request, Talarian
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, get

events: list[str] = []


def _push(request: Request, who: str) -> None:
    for name in ("inner", "function"):
        request.scope[f"fastapi_{name}_astack"].callback(events.append, f"{name} of {who}")


async def opened(request: Request) -> AsyncGenerator[None, None]:
    yield
    events.append("dependency")


async def pushing(request: Request, opened: Annotated[None, Depends(opened)]) -> None:
    _push(request, "pushing")


async def last(pushing: Annotated[None, Depends(pushing)]) -> AsyncGenerator[None, None]:
    yield
    events.append("last")


app = Talarian()


@app.get("/")
async def endpoint(request: Request, last: Annotated[None, Depends(last)], number: int = 0) -> str:
    _push(request, "endpoint")
    if number < 0:
        raise ValueError
    return "done"


@pytest.fixture(scope="module")
def server(kind: Kind) -> Generator[Server]:
    with serving(app, kind) as server:
        with Client(server) as client:  # after the first request there is a straight way
            client.send(get("/nowhere"))
            client.answer()
        yield server


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?number=1", 200), ("?number=-1", 500)])
def test_each_ends_in_its_place(query: str, status: int, server: Server) -> None:
    events.clear()
    with Client(server) as client:
        client.send(get(f"/{query}"))
        assert client.answer().status == status
    expected = [
        *("function of endpoint", "function of pushing", "inner of endpoint"),
        *(("last",) if status == 200 else ()),
        "inner of pushing",
        *(("dependency",) if status == 200 else ()),
    ]
    # The last ones end when the client has its answer already.
    assert eventually(lambda: events == expected), events


def test_nothing_is_forgotten_when_the_interpreter_takes_over(server: Server) -> None:
    events.clear()
    with Client(server) as client:
        client.send(get("/?number=x"))
        assert client.answer().status == 422
    expected = ["function of pushing", "inner of pushing"]
    assert eventually(lambda: events == expected), events
