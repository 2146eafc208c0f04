"""Connections that are closed after an error: found by `make faults`, where what clients had sent
next was lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from talarian import Request, Response, Talarian
from talarian.responses import JSONResponse
from tests.protocol.kinds import Kind
from tests.protocol.server import serving
from tests.protocol.wire import Client, get


def failing() -> Talarian:
    app = Talarian()

    @app.get("/fail")
    async def fail() -> None:
        raise RuntimeError("a mistake in an endpoint")

    @app.get("/ok")
    async def ok() -> str:
        return "ok"

    return app


def impatient() -> Talarian:
    """An application whose middleware answers before its endpoint has failed."""
    app = Talarian()

    @app.middleware("http")
    async def deadline(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Any:
        try:
            async with asyncio.timeout(0.05 if request.url.path == "/fail-later" else None):
                return await call_next(request)
        except TimeoutError:
            return JSONResponse("too slow", 504)

    @app.get("/fail-later")
    async def fail() -> None:
        try:
            await asyncio.sleep(0.1)
        except asyncio.CancelledError:
            await asyncio.sleep(0.1)
        raise RuntimeError("a mistake that nobody waits for")

    @app.get("/ok-later")
    async def ok() -> str:
        await asyncio.sleep(0.3)
        return "ok"

    return app


@pytest.mark.xfail(reason="as uvicorn, it closes without a word", strict=True)
def test_a_500_that_ends_the_connection_says_so(lane: Kind) -> None:
    """RFC 9112, section 9.6: who closes says `Connection: close`, so that a client does not send
    its next request into nothing."""
    with serving(failing(), lane) as server, Client(server) as client:
        client.send(get("/fail"))
        answer = client.answer()
        assert answer.status == 500
        client.send(get("/ok"))
        assert answer.header(b"connection") == b"close" or client.answer().body == b'"ok"'


@pytest.mark.xfail(reason="as uvicorn, it closes whatever is being answered then", strict=True)
def test_an_error_after_the_answer_leaves_the_next_request_alone(lane: Kind) -> None:
    with serving(impatient(), lane) as server, Client(server) as client:
        client.send(get("/fail-later"))
        assert client.answer().status == 504
        client.send(get("/ok-later"))
        assert client.answer().body == b'"ok"'
