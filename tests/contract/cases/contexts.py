"""Context variables and threads: what a dependency sets, who sees it, and where it runs."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextvars import ContextVar
from threading import current_thread, main_thread
from typing import Annotated, Any

from starlette.middleware.base import BaseHTTPMiddleware

from talarian.fastapi import BackgroundTasks, Depends, FastAPI, Request
from talarian.fastapi.responses import StreamingResponse
from tests.contract.client import request

value: ContextVar[str] = ContextVar("value", default="unset")


def here() -> str:
    return "event loop" if current_thread() is main_thread() else "worker"


class Log(list[str]):
    def seen(self, by: str) -> None:
        self.append(f"{by}: {value.get()} in the {here()}")


log = Log()


async def set_async() -> None:
    log.seen("async dependency")
    value.set("async")


def set_sync() -> None:
    log.seen("sync dependency")
    value.set("sync")


async def yield_async() -> AsyncGenerator[None, None]:
    token = value.set("async generator")
    yield
    log.seen("async generator's end")
    try:
        value.reset(token)
    except ValueError as error:
        log.append(f"reset failed: {type(error).__name__}")


def yield_sync() -> Generator[None, None, None]:
    token = value.set("sync generator")
    yield
    log.seen("sync generator's end")
    try:
        value.reset(token)
    except ValueError as error:
        log.append(f"reset failed: {type(error).__name__}")


class Service:
    def __init__(self) -> None:
        log.seen("class")
        value.set("class")

    async def __call__(self) -> None:
        log.seen("instance")
        value.set("instance")


app = FastAPI()
service = Service()
DEPENDENCIES: tuple[Callable[..., Any], ...] = (
    set_async,
    set_sync,
    yield_async,
    yield_sync,
    Service,
    service,
)


def add(path: str, needs: list[Any]) -> None:
    def background() -> None:
        log.seen("background")

    async def async_endpoint(tasks: BackgroundTasks) -> StreamingResponse:
        log.seen("async endpoint")
        tasks.add_task(background)

        async def chunks() -> AsyncGenerator[bytes, None]:
            log.seen("stream")
            yield b"."

        return StreamingResponse(chunks(), background=tasks)

    def sync_endpoint(tasks: BackgroundTasks) -> str:
        log.seen("sync endpoint")
        tasks.add_task(background)
        return "."

    def generating_endpoint() -> Generator[str, None, None]:
        log.seen("generating endpoint")
        yield "."
        log.seen("generating endpoint's end")

    app.get(f"{path}/async", dependencies=needs)(async_endpoint)
    app.get(f"{path}/sync", dependencies=needs)(sync_endpoint)
    app.get(f"{path}/stream", dependencies=needs)(generating_endpoint)


for index, dependency in enumerate(DEPENDENCIES):
    add(f"/{index}", [Depends(dependency)])
    add(f"/{index}-function", [Depends(dependency, scope="function")])
add("/all", [Depends(dependency) for dependency in DEPENDENCIES])


async def case_what_dependencies_set() -> Any:
    told: dict[str, Any] = {}
    for path in (*map(str, range(len(DEPENDENCIES))), "all"):
        for suffix in ("", "-function"):
            for kind in ("async", "sync", "stream"):
                target = f"/{path}{suffix}/{kind}"
                log.clear()
                answer = await request(app, "GET", target)
                told[target] = [*log, answer.get("status"), answer.get("raised")]
    return told


async def case_nothing_leaks_out_of_a_request() -> Any:
    await request(app, "GET", "/all/async")
    return value.get()


async def case_middleware_sets_and_sees() -> Any:
    inner = FastAPI()

    async def middleware(request: Request, call_next: Any) -> Any:
        value.set("middleware")
        response = await call_next(request)
        log.seen("middleware")
        return response

    @inner.get("/", dependencies=[Depends(yield_sync), Depends(set_async)])
    def endpoint(_: Annotated[None, Depends(set_sync)]) -> None:
        log.seen("endpoint")

    inner.add_middleware(BaseHTTPMiddleware, dispatch=middleware)
    log.clear()
    await request(inner, "GET", "/")
    return list(log)
