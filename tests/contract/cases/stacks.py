"""What third parties put on the exit stacks of a request ends in its place among dependencies."""

from collections.abc import AsyncGenerator, Callable, Generator
from itertools import product
from typing import Annotated, Any

import anyio

from talarian.fastapi import Depends, FastAPI, Query, Request
from tests.contract.sequence import log, sequence

NAMES = ("inner", "function")


def push(request: Request, who: str) -> None:
    """Put something on both stacks."""
    for name in NAMES:
        request.scope[f"fastapi_{name}_astack"].push(_told(f"{name} of {who}", request))


def _told(what: str, request: Request) -> Callable[..., bool]:
    def ended(kind: Any, error: Any, traceback: Any) -> bool:
        log.append(f"{what} ends: {type(error).__name__}")
        if what == request.query_params.get("fails"):
            raise KeyError(what)
        return what == request.query_params.get("swallows")

    return ended


async def first(request: Request) -> AsyncGenerator[None, None]:
    push(request, "first, before")
    try:
        yield
    except Exception as error:
        log.append(f"first: {type(error).__name__}")
        raise
    finally:
        log.append("first ends")


def second(request: Request, first: Annotated[None, Depends(first)]) -> Generator[None]:
    yield
    log.append("second ends")


async def pushing(request: Request) -> None:
    push(request, "a dependency")


async def third(
    second: Annotated[None, Depends(second)], pushing: Annotated[None, Depends(pushing)]
) -> AsyncGenerator[None, None]:
    yield
    log.append("third ends")


async def short(
    request: Request, third: Annotated[None, Depends(third)]
) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        log.append("short ends")


app = FastAPI()


@app.get("/request")
async def of_requests(
    request: Request, third: Annotated[None, Depends(third)], raises: bool = False
) -> str:
    push(request, "the endpoint")
    await anyio.sleep(0)
    if raises:
        raise ValueError("raised")
    return "done"


@app.get("/function")
async def of_functions(
    request: Request,
    short: Annotated[None, Depends(short, scope="function")],
    last: Annotated[None, Depends(pushing, use_cache=False)],
    raises: bool = False,
    number: Annotated[int, Query()] = 0,
) -> str:
    push(request, "the endpoint")
    if raises:
        raise ValueError("raised")
    return "done"


@app.get("/none")
def of_nobody(request: Request, raises: bool = False) -> str:
    push(request, "the endpoint")
    if raises:
        raise ValueError("raised")
    return "done"


async def _asked(*queries: str) -> Any:
    paths = ("/request", "/function", "/none")
    return [await sequence(app, f"{path}?{query}") for path, query in product(paths, queries)]


async def case_in_order() -> Any:
    return await _asked("", "raises=1")


async def case_refused() -> Any:
    return [await sequence(app, "/function?number=x"), await sequence(app, "/request?raises=x")]


async def case_what_fails_at_its_end() -> Any:
    fails = [f"fails={name} of the endpoint" for name in NAMES]
    return await _asked(*fails, *(f"raises=1&{query}" for query in fails))


async def case_what_swallows() -> Any:
    return await _asked("raises=1&swallows=inner of the endpoint")
