"""What functions under `@app.middleware("http")` may do with a request, and change about it."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from itertools import product
from typing import Annotated, Any

from talarian.fastapi import APIRouter, Depends, FastAPI, Request
from talarian.fastapi.middleware.gzip import GZipMiddleware
from tests.contract.sequence import SEEN, function, log, sequence

answers = APIRouter()


def application() -> FastAPI:
    app = FastAPI()
    app.include_router(answers)
    return app


async def resource() -> AsyncGenerator[str, None]:
    log.append("opened")
    try:
        yield "resource"
    finally:
        log.append("closed")


@answers.get("/plain")
async def plain() -> dict[str, Any]:
    log.append(f"endpoint, context is {SEEN.get()}")
    return {"a": 1}


@answers.post("/json")
async def json_body(data: dict[str, int]) -> Any:
    return data


@answers.get("/resource")
async def with_resource(resource: Annotated[str, Depends(resource)]) -> str:
    return resource


@answers.get("/fails")
async def fails() -> None:
    raise RuntimeError("by the endpoint")


@answers.get("/items/{number}")
async def item(number: int, q: str = "") -> Any:
    return {"number": number, "q": q}


@answers.post("/body")
async def body(request: Request) -> Any:
    return {"read": (await request.body()).decode(), "state": sorted(request.state._state)}


async def _reading(read: Callable[[Request], Awaitable[Any]], where: str) -> Any:
    app = application()

    async def before(request: Request) -> None:
        log.append(await read(request))

    async def after(request: Request, response: Any) -> None:
        log.append(await read(request))

    function(app, before if where == "before" else None, after if where == "after" else None)
    bodies: tuple[Any, ...] = (b"", b'{"a": 1}', [b'{"a"', b": 1}"])
    return [
        await sequence(app, target, "POST", body=body, headers={"content-type": "application/json"})
        for target, body in product(("/body", "/json"), bodies)
    ]


async def _body(request: Request) -> str:
    return (await request.body()).decode()


async def _stream(request: Request) -> list[str]:
    return [piece.decode() async for piece in request.stream()]


async def _first(request: Request) -> str:
    async for piece in request.stream():
        return piece.decode()
    return "nothing"


async def _json(request: Request) -> Any:
    return await request.json()


async def case_body_read_before() -> Any:
    return await _reading(_body, "before")


async def case_body_read_after() -> Any:
    return await _reading(_body, "after")


async def case_json_read_before() -> Any:
    return await _reading(_json, "before")


async def case_stream_read_before() -> Any:
    return await _reading(_stream, "before")


async def case_first_piece_read_before() -> Any:
    return await _reading(_first, "before")


async def _changing(change: Callable[[Request], None], *targets: str) -> Any:
    answers: list[Any] = []
    for more in (0, 1):
        app = application()

        async def before(request: Request) -> None:
            change(request)

        for _ in range(more):
            app.add_middleware(GZipMiddleware)
        function(app, before)
        answers += [await sequence(app, target) for target in targets]
    return answers


async def case_other_path() -> Any:
    def change(request: Request) -> None:
        request.scope["path"] = "/items/3"

    return await _changing(change, "/plain", "/missing", "/fails", "/resource")


async def case_other_method() -> Any:
    def change(request: Request) -> None:
        request.scope["method"] = "POST"

    return await _changing(change, "/plain", "/body", "/json", "/missing")


async def case_other_query() -> Any:
    def change(request: Request) -> None:
        request.scope["query_string"] = b"q=other"

    return await _changing(change, "/items/3", "/items/3?q=mine")


async def case_other_root_path() -> Any:
    def change(request: Request) -> None:
        request.scope["root_path"] = "/items"

    return await _changing(change, "/plain", "/items/plain", "/items/3")
