"""Requests that end before they are answered: clients that hang up, tasks that are cancelled."""

from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable
from contextlib import aclosing
from typing import Any

import anyio

from talarian.fastapi import Depends, FastAPI, Request
from talarian.fastapi.responses import StreamingResponse
from talarian.fastapi.sse import EventSourceResponse
from tests.contract.client import Message, http_scope, request, told

log: list[str] = []


async def async_resource() -> AsyncGenerator[None, None]:
    log.append("async opened")
    try:
        yield
    except BaseException as error:
        log.append(f"async saw {type(error).__name__}")
        raise
    finally:
        await anyio.sleep(0.001)
        log.append("async closed")


def sync_resource() -> Generator[None, None, None]:
    log.append("sync opened")
    try:
        yield
    except BaseException as error:
        log.append(f"sync saw {type(error).__name__}")
        raise
    finally:
        log.append("sync closed")


app = FastAPI()
RESOURCES = [
    [Depends(async_resource)],
    [Depends(sync_resource)],
    [Depends(async_resource, scope="function"), Depends(sync_resource)],
    [Depends(async_resource), Depends(sync_resource, scope="function")],
]


async def ticks() -> AsyncGenerator[str, None]:
    # What it sees of its end depends on where it happens to be, and FastAPI does not always wait
    # for it: only dependencies tell.
    for number in range(1000):
        yield f"{number}"
        await anyio.sleep(0.001)


for index, needs in enumerate(RESOURCES):

    @app.get(f"/wait/{index}", dependencies=needs)
    async def wait() -> None:
        log.append("waiting")
        await anyio.sleep_forever()

    @app.get(f"/raw/{index}", dependencies=needs)
    async def raw() -> Any:
        return StreamingResponse(ticks())

    @app.get(f"/lines/{index}", dependencies=needs)
    async def lines() -> AsyncIterable[str]:
        async with aclosing(ticks()) as source:
            async for tick in source:
                yield tick

    @app.get(f"/events/{index}", dependencies=needs, response_class=EventSourceResponse)
    async def events() -> AsyncIterable[str]:
        async with aclosing(ticks()) as source:
            async for tick in source:
                yield tick

    @app.get(f"/failing/{index}", dependencies=needs)
    def failing() -> Iterable[int]:
        yield 1
        raise ValueError("in the middle")

    @app.get(f"/failing-events/{index}", dependencies=needs, response_class=EventSourceResponse)
    async def failing_events() -> AsyncIterable[int]:
        yield 1
        raise ValueError("in the middle")


@app.post("/upload")
async def upload(request: Request, _: None = RESOURCES[0][0]) -> Any:
    received = b""
    try:
        async for chunk in request.stream():
            received += chunk
    except Exception as error:
        log.append(f"upload saw {type(error).__name__}")
        raise
    return received.decode()


async def hung_up(target: str) -> Any:
    """Hang up after the third piece of the answer, under the older and the newer ASGI."""
    told: list[Any] = []
    for spec_version in ("2.3", "2.4"):
        log.clear()
        gone = anyio.Event()
        pieces = iter(range(1, 10**6))

        def count(_: Message, pieces: Any = pieces, gone: anyio.Event = gone) -> None:
            if next(pieces) == 3:
                gone.set()

        answer = await request(
            app, "GET", target, on_send=count, gone=gone, spec_version=spec_version
        )
        told.append([*log, answer.get("status"), answer.get("complete"), answer.get("raised")])
    return told


async def cancelled(target: str) -> Any:
    """Cancel the task that serves the request, as a server does when it stops."""
    log.clear()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(request, app, "GET", target)
        await anyio.sleep(0.02)
        tasks.cancel_scope.cancel()
    return list(log)


async def of_each(kind: str, end: Any) -> Any:
    return [await end(f"/{kind}/{index}") for index in range(len(RESOURCES))]


async def case_hang_up_while_a_raw_stream_is_sent() -> Any:
    return await of_each("raw", hung_up)


async def case_hang_up_while_lines_are_sent() -> Any:
    return await of_each("lines", hung_up)


async def case_hang_up_while_events_are_sent() -> Any:
    return await of_each("events", hung_up)


async def case_cancelled_while_waiting() -> Any:
    return await of_each("wait", cancelled)


async def case_cancelled_while_a_raw_stream_is_sent() -> Any:
    return await of_each("raw", cancelled)


async def case_cancelled_while_lines_are_sent() -> Any:
    return await of_each("lines", cancelled)


async def case_cancelled_while_events_are_sent() -> Any:
    return await of_each("events", cancelled)


async def case_a_stream_fails() -> Any:
    return [await of_each("failing", hung_up), await of_each("failing-events", hung_up)]


async def case_hang_up_in_the_middle_of_an_upload() -> Any:
    log.clear()
    whole = await request(app, "POST", "/upload", body=[b"a", b"b"])
    sent = iter([{"type": "http.request", "body": b"a", "more_body": True}])

    async def receive() -> Message:
        return next(sent, {"type": "http.disconnect"})

    async def never(message: Message) -> None:
        log.append(f"sent {message['type']}")

    try:
        await app(http_scope("POST", "/upload", {}), receive, never)
    except Exception as error:
        log.append(f"raised {told(error)}")
    return [whole, log]
