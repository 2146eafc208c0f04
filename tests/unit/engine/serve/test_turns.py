"""A compiled endpoint's turn: errors before and after the answer, event loops, cancellation."""

import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import ContextVar
from typing import Annotated, Any

import anyio
import pytest
from anyio import CancelScope
from pydantic import BaseModel
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Scope

from talarian.engine.app.route import Route
from talarian.engine.declare.depends import Depends
from talarian.engine.ground.background import BackgroundTasks
from talarian.engine.ground.errors import HTTPException, TalarianError
from talarian.engine.serve.endpoint import Endpoint
from talarian.engine.serve.failures import http_exception_handler

JSON = (b"content-type", b"application/json")
WHOLE: Message = {"type": "http.request", "body": b'{"name": "a"}', "more_body": False}


class Item(BaseModel):
    name: str


def endpoint_of(function: Callable[..., Any], **options: Any) -> Endpoint:
    app = Route("/", function, methods=["POST"], **options).app
    assert isinstance(app, Endpoint)
    return app


def scope(query: bytes = b"") -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "path": "/",
        "root_path": "",
        "path_params": {},
        "query_string": query,
        "headers": [JSON],
    }


async def ask(app: ASGIApp, *messages: Message, query: bytes = b"") -> list[Message]:
    """What an application sends, its exceptions handled."""
    waiting, sent = list(messages), list[Message]()

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    handlers: dict[Any, Any] = {HTTPException: http_exception_handler}
    handled = ExceptionMiddleware(app, handlers)
    await handled(scope(query), receive, send)
    return sent


def status(sent: list[Message]) -> int:
    number: int = sent[0]["status"]
    return number


# Exceptions, before and after the response has begun.


async def breaks_in_its_clean_up() -> AsyncGenerator[None, None]:
    yield
    raise HTTPException(404)


@pytest.mark.anyio
async def test_an_error_after_the_response_cannot_be_answered() -> None:
    async def lasting(a: Annotated[None, Depends(breaks_in_its_clean_up)]) -> None: ...

    with pytest.raises(RuntimeError, match="response already started"):
        await ask(endpoint_of(lasting))


@pytest.mark.anyio
async def test_an_error_before_the_response_is_answered() -> None:
    broken = Depends(breaks_in_its_clean_up, scope="function")

    async def short(a: Annotated[None, broken]) -> None: ...

    assert status(await ask(endpoint_of(short))) == 404


@pytest.mark.anyio
async def test_an_error_in_a_stream_that_the_endpoint_returned() -> None:
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"one"
        raise HTTPException(404)

    async def streaming() -> Response:
        return StreamingResponse(pieces())

    async def broken() -> AsyncGenerator[bytes, None]:
        raise HTTPException(404)
        yield b""

    with pytest.raises(RuntimeError, match="response already started"):
        await ask(endpoint_of(streaming))


@pytest.mark.anyio
async def test_a_response_that_fails_before_it_has_begun_is_answered() -> None:
    class Mute(Response):
        async def __call__(self, *asgi: Any) -> None:
            raise HTTPException(404)

    async def mute() -> Response:
        return Mute()

    assert status(await ask(endpoint_of(mute))) == 404


# Event loops, threads, cancellation.

NAME: ContextVar[str] = ContextVar("name", default="nobody")


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_it_runs_on_every_event_loop_of_anyio(anyio_backend: str) -> None:
    loop, threads, log = threading.get_ident(), list[int](), list[str]()

    async def waits() -> AsyncGenerator[str, None]:
        NAME.set("waits")
        await anyio.sleep(0)
        yield "waits"
        await anyio.sleep(0)
        log.append(f"waits closed by {NAME.get()}")

    def blocks() -> Generator[str, None, None]:
        threads.append(threading.get_ident())
        yield "blocks"
        threads.append(threading.get_ident())
        log.append("blocks closed")

    def endpoint(
        a: Annotated[str, Depends(waits)],
        b: Annotated[str, Depends(blocks, scope="function")],
        q: int,
        tasks: BackgroundTasks,
    ) -> list[Any]:
        threads.append(threading.get_ident())
        tasks.add_task(log.append, "task")
        return [a, b, q, NAME.get()]

    compiled = endpoint_of(endpoint)
    assert compiled.ready() is not None
    assert (await ask(compiled, query=b"q=1"))[-1]["body"] == b'["waits","blocks",1,"waits"]'
    assert loop not in threads
    assert log == ["blocks closed", "task", "waits closed by waits"]


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
@pytest.mark.parametrize("scope_of_it", ["request", "function"])
async def test_a_cancelled_request_is_cleaned_up_to_its_end(
    anyio_backend: str, scope_of_it: Any
) -> None:
    log: list[str] = []
    outer = CancelScope()

    async def opened() -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await anyio.sleep(0.01)
            log.append("clean")

    async def waits(a: Annotated[None, Depends(opened, scope=scope_of_it)]) -> None:
        outer.cancel()
        await anyio.sleep(10)
        log.append("not reached")

    with outer:
        await ask(endpoint_of(waits))
    assert (outer.cancelled_caught, log) == (True, ["clean"])


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_cancellation_in_the_clean_up_waits_for_all_of_it(anyio_backend: str) -> None:
    log: list[str] = []
    outer = CancelScope()

    def opened(name: str, *, cancels: bool = False) -> Callable[[], Any]:
        async def dependency() -> AsyncGenerator[None, None]:
            try:
                yield
            finally:
                if cancels:
                    outer.cancel()
                await anyio.sleep(0.01)
                log.append(name)

        return dependency

    async def returns(
        a: Annotated[None, Depends(opened("outer"))],
        b: Annotated[None, Depends(opened("inner", cancels=True))],
    ) -> None: ...

    with outer:
        await ask(endpoint_of(returns))
        log.append("not reached")
    assert (outer.cancelled_caught, log) == (True, ["inner", "outer"])


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_request_that_was_handed_over_is_cleaned_up_too(anyio_backend: str) -> None:
    log: list[str] = []
    outer = CancelScope()

    def opened(name: str) -> Callable[..., Any]:
        async def dependency() -> AsyncGenerator[None, None]:
            try:
                yield
            finally:
                await anyio.sleep(0.01)
                log.append(name)

        return dependency

    def asks(q: int = 1) -> int:
        return q

    async def waits(
        a: Annotated[None, Depends(opened("compiled"))],
        number: Annotated[int, Depends(asks)],
        b: Annotated[None, Depends(opened("interpreted"))],
        item: Item,
    ) -> None:
        outer.cancel()
        await anyio.sleep(10)

    utf_16: Message = {"type": "http.request", "body": WHOLE["body"].decode().encode("utf-16")}
    with outer:
        await ask(endpoint_of(waits), utf_16)
    assert outer.cancelled_caught
    assert log == ["interpreted", "compiled"]


@pytest.mark.anyio
async def test_what_users_put_on_the_stacks_is_closed_before_what_was_opened_before_it() -> None:
    log: list[str] = []

    async def opened() -> AsyncGenerator[None, None]:
        yield
        log.append("dependency")

    async def pushes(request: Request, a: Annotated[None, Depends(opened)]) -> None:
        for name in ("function", "inner", "middleware"):
            request.scope[f"fastapi_{name}_astack"].callback(log.append, name)

    await ask(endpoint_of(pushes))
    assert log == ["function", "inner", "dependency", "middleware"]


@pytest.mark.anyio
async def test_what_users_put_on_the_function_stack_hides_no_exception_from_dependencies() -> None:
    """They would commit what was to be rolled back; on FastAPI they meet an exception as well."""
    log: list[str] = []

    async def opened() -> AsyncGenerator[None, None]:
        try:
            yield
            log.append("commits")
        except TalarianError:
            log.append("rolls back")
            raise

    def swallows(*error: Any) -> bool:
        log.append("swallows")
        return True

    async def pushes(request: Request, a: Annotated[None, Depends(opened)]) -> None:
        request.scope["fastapi_function_astack"].push(swallows)
        raise ValueError

    with pytest.raises(TalarianError, match="Response not awaited"):
        await ask(endpoint_of(pushes))
    assert log == ["swallows", "rolls back"]
