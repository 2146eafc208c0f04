"""Endpoints of every kind that middleware may have to do with."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from pathlib import Path
from typing import Annotated, Any

import anyio
from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.requests import Request
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

from talarian.engine.app.application import Talarian
from talarian.engine.declare.depends import Depends
from talarian.engine.ground.background import BackgroundTasks
from talarian.engine.ground.errors import HTTPException

from .log import SEEN, Handled, log, mark

LONG = "abcdefgh" * 300

ENDPOINTS: dict[str, Callable[..., Any]] = {}
FOR_EVER = frozenset({"waits", "waits_after_dependency"})
"""Those that never answer: whoever asks has to give up."""
STREAMS = frozenset(
    {"stream", "slow_stream", "blocking_stream", "endless_stream", "failing_stream"}
    | {"streams_with_resource"}
)
ENDLESS_STREAMS = frozenset({"endless_stream"})
"""Those that end when the client goes."""


def endpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    ENDPOINTS[function.__name__] = function
    return function


def add_to(app: Talarian, name: str) -> None:
    """Serve one of the endpoints at `/`, and two others beside it for requests that are moved."""
    app.api_route("/", methods=["GET", "POST", "OPTIONS"])(ENDPOINTS[name])
    app.get("/other/{number}")(other)
    app.put("/")(replaced)


async def other(number: int, q: str = "") -> dict[str, Any]:
    log.note("other", number, q, SEEN.get(()))
    return {"other": number}


async def replaced() -> dict[str, str]:
    log.note("replaced")
    return {"replaced": "yes"}


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


# Background tasks.


def note_background(name: str) -> BackgroundTask:
    async def task() -> None:
        await anyio.sleep(0)
        log.note("background", name, SEEN.get(()))

    return BackgroundTask(task)


@endpoint
async def background(tasks: BackgroundTasks) -> dict[str, Any]:
    mark("endpoint")
    tasks.add_task(note_background("injected"))
    tasks.add_task(log.note, "background in a thread")
    return {"a": 1}


@endpoint
async def own_background() -> Response:
    return JSONResponse({"a": 1}, background=note_background("attached"))


@endpoint
async def failing_background(tasks: BackgroundTasks) -> dict[str, Any]:
    async def fail() -> None:
        raise RuntimeError("in the background")

    tasks.add_task(fail)
    return {"a": 1}


# Dependencies that stay open.


async def resource() -> AsyncGenerator[str, None]:
    log.note("opened", SEEN.get(()))
    mark("resource")
    try:
        yield "resource"
    except BaseException as error:
        log.note("resource saw", type(error).__name__)
        raise
    finally:
        await anyio.sleep(0)
        log.note("closed", SEEN.get(()))


def blocking_resource() -> Generator[str, None, None]:
    log.note("blocking opened")
    yield "resource"
    log.note("blocking closed")


def failing_resource() -> Generator[str, None, None]:
    yield "resource"
    raise RuntimeError("while it is closed")


Open = Annotated[str, Depends(resource)]
OpenShort = Annotated[str, Depends(resource, scope="function")]


@endpoint
async def with_resource(resource: Open, tasks: BackgroundTasks) -> dict[str, Any]:
    tasks.add_task(note_background("beside the resource"))
    return {"a": resource}


@endpoint
async def with_short_resource(resource: OpenShort) -> dict[str, Any]:
    log.note("endpoint", SEEN.get(()))
    return {"a": resource}


@endpoint
async def with_blocking_resource(
    resource: Annotated[str, Depends(blocking_resource)],
) -> dict[str, Any]:
    return {"a": resource}


@endpoint
async def with_failing_resource(
    resource: Annotated[str, Depends(failing_resource)],
) -> dict[str, Any]:
    return {"a": resource}


@endpoint
async def with_failing_short_resource(
    resource: Annotated[str, Depends(failing_resource, scope="function")],
) -> dict[str, Any]:
    return {"a": resource}


@endpoint
async def streams_with_resource(resource: Open) -> Response:
    return await ENDPOINTS["stream"]()  # type: ignore[no-any-return]


@endpoint
async def fails_with_resource(resource: Open) -> None:
    raise RuntimeError("by the endpoint")


# The request itself.


@endpoint
async def request_injected(request: Request) -> dict[str, Any]:
    names = sorted(str(name) for name in request.state._state)
    log.note("endpoint", request.method, request.url.path, request.url.query, names)
    log.note("headers", [pair for pair in request.headers.raw if pair[0].startswith(b"x-")])
    return {"body": (await request.body()).decode(), "again": (await request.body()).decode()}


@endpoint
async def request_streamed(request: Request) -> dict[str, Any]:
    return {"pieces": [piece.decode() async for piece in request.stream()]}


@endpoint
async def asks_for_client(request: Request) -> dict[str, Any]:
    return {"gone": [await request.is_disconnected(), await request.is_disconnected()]}


@endpoint
async def session(request: Request) -> dict[str, Any]:
    request.session["visits"] = request.session.get("visits", 0) + 1
    return dict(request.session)


# Waiting.


@endpoint
async def waits() -> None:
    await _wait()


@endpoint
async def waits_after_dependency(resource: Open) -> None:
    await _wait()


async def _wait() -> None:
    log.note("waits")
    try:
        await anyio.sleep_forever()
    except BaseException as error:
        log.note("stopped waiting", type(error).__name__)
        raise


@endpoint
async def gathers() -> list[Any]:
    return list(await asyncio.gather(plain(), asyncio.wait_for(suspends(), 10)))
