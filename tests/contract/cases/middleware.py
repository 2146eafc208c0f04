"""Functions under `@app.middleware("http")`: in which order things happen, and what they may do."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Annotated, Any

import anyio

from talarian.fastapi import (
    APIRouter,
    BackgroundTasks,
    Depends,
    FastAPI,
    HTTPException,
    Request,
    Response,
)
from talarian.fastapi.middleware import Middleware
from talarian.fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from tests.contract.client import Message, request
from tests.contract.sequence import SEEN, function, log, sequence

Next = Callable[[Request], Awaitable[Any]]


class Planned(Exception):
    """The application has a handler for it."""


async def resource() -> AsyncGenerator[str, None]:
    log.append("opened")
    try:
        yield "resource"
    finally:
        log.append("closed")


Open = Annotated[str, Depends(resource)]


async def later(name: str) -> None:
    await anyio.sleep(0)
    log.append(f"background of {name}")


def application(*middleware: Middleware) -> FastAPI:
    app = FastAPI(middleware=list(middleware))
    app.include_router(answers)
    app.add_exception_handler(Planned, handle)
    return app


def handle(request: Request, error: Exception) -> Response:
    log.append(f"handles {type(error).__name__} at {request.url.path}")
    return PlainTextResponse(str(error), 499)


answers = APIRouter()


@answers.get("/plain")
async def plain() -> dict[str, Any]:
    log.append(f"endpoint, context is {SEEN.get()}")
    SEEN.set("the endpoint's")
    return {"a": 1}


@answers.get("/long")
def long() -> dict[str, str]:
    return {"long": "x" * 2000}


@answers.post("/json")
async def json_body(data: dict[str, int]) -> Any:
    return data


@answers.get("/background")
async def background(tasks: BackgroundTasks) -> str:
    tasks.add_task(later, "the endpoint")
    return "done"


@answers.get("/attached")
async def attached() -> Response:
    tasks = BackgroundTasks()
    tasks.add_task(later, "the response")
    return PlainTextResponse("done", background=tasks)


@answers.get("/resource")
async def with_resource(resource: Open, tasks: BackgroundTasks) -> str:
    tasks.add_task(later, "the endpoint")
    return resource


@answers.get("/stream")
async def stream() -> Response:
    async def pieces() -> AsyncGenerator[str, None]:
        for piece in ("one", "two", "three"):
            await anyio.sleep(0)
            yield piece

    return StreamingResponse(pieces(), headers={"vary": "Accept"})


@answers.get("/endless")
async def endless() -> Response:
    async def pieces() -> AsyncGenerator[str, None]:
        while True:
            await anyio.sleep(0)
            yield "piece"

    return StreamingResponse(pieces())


@answers.get("/headers")
async def headers() -> Response:
    response = JSONResponse(
        {}, headers={"Vary": "Accept", "Access-Control-Allow-Origin": "http://own"}
    )
    response.headers.append("vary", "Cookie")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


@answers.get("/nothing", status_code=204)
async def nothing() -> None: ...


@answers.get("/refused")
async def refused() -> None:
    raise HTTPException(418, "short and stout", {"x-test": "teapot"})


@answers.get("/planned")
async def planned() -> None:
    raise Planned("by the endpoint")


@answers.get("/fails")
async def fails() -> None:
    raise RuntimeError("by the endpoint")


@answers.get("/fails-open")
async def fails_open(resource: Open) -> None:
    raise RuntimeError("by the endpoint")


@answers.get("/group")
async def fails_twice() -> None:
    raise ExceptionGroup("two", [ValueError("one"), KeyError("two")])


@answers.get("/items/{number}")
async def item(number: int, q: str = "") -> Any:
    return {"number": number, "q": q}


ORDINARY = ("/plain", "/long", "/background", "/attached", "/resource", "/stream", "/headers")
EMPTY = ("/nothing", "/missing", "/plain/", "/items/x")
FAILING = ("/refused", "/planned", "/fails", "/fails-open", "/group")
ALL = (*ORDINARY, *EMPTY, *FAILING)


async def case_one_function_around_everything() -> Any:
    app = application()
    function(app)
    return [await sequence(app, target) for target in ALL]


async def case_three_functions_around_everything() -> Any:
    app = application()
    for _ in range(3):
        function(app)
    return [await sequence(app, target) for target in ALL]


async def case_context_that_is_set_before() -> Any:
    app = application()

    async def before(request: Request) -> None:
        SEEN.set("the middleware's")

    async def after(request: Request, response: Any) -> None:
        log.append(f"after, context is {SEEN.get()}")

    function(app, before, after)
    return [await sequence(app, target) for target in ORDINARY]


async def case_state_and_headers() -> Any:
    app = application()

    async def before(request: Request) -> None:
        request.state.mine = 1
        request.scope["headers"] = [
            *request.scope["headers"],
            (b"content-type", b"application/json"),
        ]

    async def after(request: Request, response: Any) -> None:
        response.headers["X-Test"] = "1"
        response.headers.append("Vary", "X-Test")
        response.set_cookie("c", "3")
        log.append([response.status_code, response.media_type, hasattr(response, "body")])

    function(app, before, after)
    function(app)
    posted = await sequence(app, "/json", "POST", body=b'{"a": 1}')
    return [posted, *[await sequence(app, target) for target in ALL]]


async def _after(after: Callable[[Request, Any], Awaitable[Any]], targets: Sequence[str]) -> Any:
    app = application()
    function(app, after=after)
    return [await sequence(app, target) for target in targets]


async def case_body_read_and_replaced() -> Any:
    async def after(request: Request, response: Any) -> Any:
        pieces = [piece async for piece in response.body_iterator]
        log.append([piece.decode() for piece in pieces])
        return Response(b"".join(pieces), response.status_code, dict(response.headers))

    return await _after(after, ALL)


async def case_body_wrapped() -> Any:
    async def after(request: Request, response: Any) -> None:
        inner = response.body_iterator

        async def louder() -> AsyncGenerator[bytes, None]:
            async for piece in inner:
                yield piece.upper()

        response.body_iterator = louder()

    return await _after(after, ALL)


async def case_response_replaced_unread() -> Any:
    async def after(request: Request, response: Any) -> Any:
        return PlainTextResponse("another", 202)

    return await _after(after, [target for target in ALL if target != "/stream"])


async def case_background_of_the_middleware() -> Any:
    async def after(request: Request, response: Any) -> None:
        tasks = BackgroundTasks()
        tasks.add_task(later, "the middleware")
        response.background = tasks

    return await _after(after, ALL)


async def case_middleware_fails_after() -> Any:
    async def after(request: Request, response: Any) -> None:
        raise RuntimeError("after")

    return await _after(after, [target for target in ALL if target != "/stream"])


async def case_middleware_fails_before() -> Any:
    app = application()

    async def before(request: Request) -> None:
        raise Planned("before") if "plain" in request.url.path else HTTPException(400)

    function(app, before)
    function(app)
    return [await sequence(app, target) for target in ALL]


async def case_middleware_answers_itself() -> Any:
    app = application()

    @app.middleware("http")
    async def answering(request: Request, call_next: Next) -> Response:
        if request.url.path == "/plain":
            return JSONResponse({"mine": 1}, 403)
        return await call_next(request)  # type: ignore[no-any-return]

    function(app)
    return [await sequence(app, target) for target in ALL]


async def case_middleware_catches_errors() -> Any:
    app = application()

    @app.middleware("http")
    async def catching(request: Request, call_next: Next) -> Response:
        try:
            return await call_next(request)  # type: ignore[no-any-return]
        except Exception as error:
            log.append(f"caught {type(error).__name__}: {error}")
            return PlainTextResponse("caught", 500)

    function(app)
    return [await sequence(app, target) for target in ALL]


async def case_next_called_twice() -> Any:
    app = application()

    @app.middleware("http")
    async def twice(request: Request, call_next: Next) -> Response:
        first = await call_next(request)
        log.append([piece.decode() async for piece in first.body_iterator])
        return await call_next(request)  # type: ignore[no-any-return]

    return [await sequence(app, target) for target in ("/plain", "/long", "/items/3", "/refused")]


async def case_next_called_elsewhere() -> Any:
    app = application()

    @app.middleware("http")
    async def elsewhere(request: Request, call_next: Next) -> Response:
        found: list[Response] = []

        async def call() -> None:
            found.append(await call_next(request))

        with anyio.fail_after(5):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(call)
                tasks.start_soon(anyio.sleep, 0)
        return found[0]

    function(app)
    return [await sequence(app, target) for target in ORDINARY]


async def case_client_hangs_up() -> Any:
    app = application()
    function(app)
    told: list[Any] = []
    for spec_version in ("2.3", "2.4"):
        gone = anyio.Event()
        sent: list[Message] = []

        def watch(message: Message, gone: anyio.Event = gone, sent: list[Message] = sent) -> None:
            sent.append(message)
            if len(sent) == 3:
                gone.set()

        answer = await request(
            app, "GET", "/endless", on_send=watch, gone=gone, spec_version=spec_version
        )
        told.append([len(sent) >= 3, answer.get("complete"), answer.get("raised")])
    return told


async def case_middleware_of_applications_inside() -> Any:
    outer, inner = application(), application()
    function(outer)
    function(inner)
    outer.mount("/inner", inner)
    targets = ("/inner/plain", "/inner/missing", "/inner/background", "/inner/planned", "/plain")
    return [await sequence(outer, target) for target in targets]


async def case_middleware_added_before_the_first_request() -> Any:
    app = FastAPI()
    app.get("/plain")(plain)
    function(app)
    first = await sequence(app, "/plain")
    try:
        function(app)
    except RuntimeError as error:
        return [first, str(error), await sequence(app, "/plain")]
    return [first, "added", await sequence(app, "/plain")]
