"""Endpoints with answers of every kind: whole, in pieces, and none."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import anyio
from pydantic import BaseModel
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.types import Receive, Scope, Send

from talarian.engine.ground.errors import HTTPException

from .log import SEEN, Handled, log, mark, note_background
from .registered import endpoint

LONG = "abcdefgh" * 300


class Item(BaseModel):
    name: str
    price: float = 1.5


# Whole answers.


@endpoint
async def plain() -> dict[str, Any]:
    log.note("endpoint", SEEN.get(()))
    mark("endpoint")
    return {"a": 1}


@endpoint
async def suspends() -> dict[str, Any]:
    task = anyio.get_current_task()
    mark("endpoint")
    await anyio.sleep(0)
    log.note("endpoint", SEEN.get(()), anyio.get_current_task().id == task.id)
    return {"a": 1}


@endpoint
def blocking(number: int = 3) -> dict[str, Any]:
    log.note("endpoint", SEEN.get(()), number)
    return {"number": number}


@endpoint
async def model() -> Item:
    return Item(name="x")


@endpoint
async def long_json() -> dict[str, str]:
    return {"long": LONG}


@endpoint
async def nothing() -> None:
    log.note("endpoint")


@endpoint
async def number(number: int) -> int:
    log.note("endpoint", number)
    return number


@endpoint
async def body(item: Item | None = None) -> Any:
    log.note("endpoint", item and item.name)
    return item


@endpoint
async def text() -> Response:
    return PlainTextResponse(LONG)


@endpoint
async def html() -> Response:
    return HTMLResponse("<p>x", 201)


@endpoint
async def varied() -> Response:
    response = JSONResponse({"a": 1}, headers={"vary": "Accept", "X-Own": "1"})
    response.headers.append("vary", "Cookie")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


@endpoint
async def cross_origin() -> Response:
    headers = {
        "Access-Control-Allow-Origin": "http://own.example",
        "access-control-expose-headers": "x-own",
        "access-control-allow-credentials": "false",
    }
    return JSONResponse(LONG, headers=headers)


@endpoint
async def encoded() -> Response:
    return Response(b"\x00" * 1000, headers={"content-encoding": "br"}, media_type="text/plain")


@endpoint
async def image() -> Response:
    return Response(b"\x00" * 1000, media_type="image/png")


@endpoint
async def partial() -> Response:
    return Response(b"x" * 1000, 206, media_type="application/json")


@endpoint
async def no_content() -> Response:
    return Response(status_code=204)


@endpoint
async def redirect() -> Response:
    return RedirectResponse("/other/1")


@endpoint
async def sets_headers(response: Response) -> dict[str, str]:
    response.headers["vary"] = "Accept"
    response.set_cookie("c", "3")
    response.status_code = 202
    return {"long": LONG}


# Answers in pieces.


@endpoint
async def stream() -> Response:
    async def pieces() -> AsyncGenerator[bytes, None]:
        mark("stream")
        for piece in (b"one", b"", LONG.encode()):
            log.note("piece", len(piece), SEEN.get(()))
            yield piece

    return StreamingResponse(pieces(), media_type="text/plain")


@endpoint
async def slow_stream() -> Response:
    async def pieces() -> AsyncGenerator[str, None]:
        task = anyio.get_current_task()
        for piece in ("one", "two"):
            await anyio.sleep(0)
            log.note("piece", piece, anyio.get_current_task().id == task.id)
            yield piece

    return StreamingResponse(pieces(), headers={"content-length": "6"}, media_type="image/png")


@endpoint
async def blocking_stream() -> Response:
    return StreamingResponse(iter(["one", "two"]), background=note_background("of the stream"))


@endpoint
async def endless_stream() -> Response:
    async def pieces() -> AsyncGenerator[bytes, None]:
        while True:
            yield b"x"
            await anyio.sleep(0)

    return StreamingResponse(pieces())


@endpoint
async def failing_stream() -> Response:
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"one"
        raise RuntimeError("in the stream")

    return StreamingResponse(pieces())


_FILE = Path(tempfile.gettempdir()) / "talarian-test-of-middleware.txt"


@endpoint
async def file() -> Response:
    _FILE.write_text(LONG)
    return FileResponse(_FILE, stat_result=_FILE.stat(), headers={"last-modified": "", "etag": ""})


class Raw(Response):
    """A response that sends itself in its own way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        log.note("raw response", scope["path"])
        await send({"type": "http.response.start", "status": 203})
        await send({"type": "http.response.body", "body": b"raw", "more_body": True})
        await anyio.sleep(0)
        await send({"type": "http.response.body"})
        log.note("raw response sent")


@endpoint
async def raw() -> Response:
    return Raw()


# Exceptions.


@endpoint
async def http_exception() -> None:
    raise HTTPException(418, {"short": "and stout"}, headers={"x-teapot": "1"})


@endpoint
async def handled() -> None:
    raise Handled("by the endpoint")


@endpoint
async def unhandled() -> None:
    await anyio.sleep(0)
    raise RuntimeError("by the endpoint")


@endpoint
async def group() -> None:
    raise ExceptionGroup("group", [ValueError("inside")])


@endpoint
async def cancels_itself() -> Any:
    with anyio.CancelScope() as scope:
        scope.cancel()
        await anyio.sleep(1)
    return {"cancelled": scope.cancelled_caught}


@endpoint
async def catches_own_cancellation() -> dict[str, Any]:
    _current_task().cancel()
    try:
        await anyio.sleep(1)
    except asyncio.CancelledError:
        _current_task().uncancel()
    await anyio.sleep(0)
    return {"a": _current_task().cancelling()}


def _current_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task
