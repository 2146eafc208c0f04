"""Endpoints that leave something to do, keep something open, look at the request, or wait."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Annotated, Any

import anyio
from starlette.requests import Request
from starlette.responses import (
    JSONResponse,
    Response,
)

from talarian.engine.declare.depends import Depends
from talarian.engine.ground.background import BackgroundTasks

from . import answers
from .log import SEEN, log, mark, note_background
from .registered import ENDPOINTS, endpoint

# Background tasks.


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
    return list(await asyncio.gather(answers.plain(), asyncio.wait_for(answers.suspends(), 10)))
