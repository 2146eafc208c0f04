"""Endpoints that a test holds in the middle, and that tell what became of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Annotated

from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from talarian import Body, Depends, Request, Talarian

CHUNK = b"x" * 65536
CHUNKS = 400
PAGE = 20_000
BIG = 4_000_000


@dataclass
class Told:
    """What happened, in order.

    Attributes:
        release: Lets those go that wait.
        events: `"<what> <name>"`.
        produced: Bytes that streams have given away.
    """

    release: asyncio.Event = field(default_factory=asyncio.Event)
    events: list[str] = field(default_factory=list[str])
    produced: int = 0

    def count(self, event: str) -> int:
        return self.events.count(event)


def make(told: Told) -> Talarian:
    app = Talarian()
    _quick(app, told)
    _waiting(app, told)
    _streaming(app, told)
    return app


def _quick(app: Talarian, told: Told) -> None:
    @app.get("/")
    async def root() -> dict[str, str]:
        return {"message": "Hello"}

    @app.get("/number/{number}")
    async def number(number: int) -> int:
        told.events.append(f"ran {number}")
        return number

    @app.get("/later/{number}")
    async def later(number: int) -> int:
        await asyncio.sleep(0.003)
        told.events.append(f"ran {number}")
        return number

    @app.get("/thread/{number}")
    def thread(number: int) -> int:
        told.events.append(f"ran {number}")
        return number

    @app.get("/page")
    async def page() -> str:
        return "x" * PAGE

    @app.get("/page/later")
    async def page_later() -> str:
        await asyncio.sleep(0)
        return "x" * PAGE

    @app.get("/page/thread")
    def page_thread() -> str:
        return "x" * PAGE

    async def foreign_page(request: StarletteRequest) -> PlainTextResponse:
        return PlainTextResponse("x" * PAGE)

    @app.post("/page")
    async def page_after_body(value: Annotated[str, Body()]) -> str:
        return value * PAGE

    async def foreign(request: StarletteRequest) -> PlainTextResponse:
        told.events.append(f"ran {request.path_params['number']}")
        return PlainTextResponse(str(request.path_params["number"]))

    app.mount(
        "/mounted", Starlette(routes=[Route("/page", foreign_page), Route("/{number}", foreign)])
    )

    @app.post("/echo")
    async def echo(value: Annotated[str, Body()]) -> str:
        told.events.append(f"ran {value}")
        return value

    @app.post("/sum")
    async def total(values: list[int]) -> int:
        return sum(values)

    @app.get("/fail/{number}")
    async def fail(number: int) -> int:
        told.events.append(f"ran {number}")
        raise ValueError("a mistake in an endpoint")

    @app.get("/big")
    async def big() -> str:
        told.events.append("ran big")
        return "x" * BIG


def _waiting(app: Talarian, told: Told) -> None:
    async def resource() -> AsyncIterator[None]:
        told.events.append("opened resource")
        try:
            yield
        finally:
            told.events.append("closed resource")

    @app.get("/wait", dependencies=[Depends(resource)])
    async def wait() -> bool:
        told.events.append("began wait")
        try:
            await told.release.wait()
        except asyncio.CancelledError:
            told.events.append("cancelled wait")
            raise
        told.events.append("ended wait")
        return True

    @app.post("/wait-without-reading")
    async def wait_without_reading() -> bool:
        told.events.append("began wait")
        await told.release.wait()
        return True

    @app.get("/until-disconnected")
    async def until_disconnected(request: Request) -> bool:
        connected = not await request.is_disconnected()
        told.events.append("connected" if connected else "gone too early")
        for _ in range(2000):
            if await request.is_disconnected():
                told.events.append("disconnected")
                return True
            await asyncio.sleep(0.005)
        return False

    @app.post("/read")
    async def read(request: Request) -> int:
        told.events.append("began read")
        size = 0
        try:
            async for part in request.stream():
                size += len(part)
        except Exception as error:
            told.events.append(f"failed read with {type(error).__name__}")
            raise
        told.events.append("ended read")
        return size


def _streaming(app: Talarian, told: Told) -> None:
    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            try:
                for _ in range(CHUNKS):
                    told.produced += len(CHUNK)
                    yield CHUNK
                    await asyncio.sleep(0)
            finally:
                told.events.append("closed stream")

        return StreamingResponse(parts())
