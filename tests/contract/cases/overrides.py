"""`dependency_overrides` that change at any time, and many requests at once."""

from collections.abc import AsyncGenerator
from typing import Annotated, Any

import anyio

from talarian.fastapi import APIRouter, Depends, FastAPI, Query, Security
from talarian.fastapi.security import SecurityScopes
from tests.contract.client import request

log: list[str] = []


def original() -> str:
    return "original"


async def opened() -> AsyncGenerator[str, None]:
    log.append("original opened")
    yield "opened"
    log.append("original closed")


async def replacing() -> AsyncGenerator[str, None]:
    log.append("replacement opened")
    yield "replaced"
    log.append("replacement closed")


def asking(
    q: Annotated[str, Query(min_length=2)], nested: Annotated[str, Depends(original)]
) -> str:
    return f"{q} {nested}"


def outer(value: Annotated[str, Depends(original)]) -> str:
    return f"outer {value}"


def scoped(scopes: SecurityScopes) -> list[str]:
    return scopes.scopes


async def slow(number: int) -> int:
    await anyio.sleep(0.002 * (number % 3))
    return number


def build() -> FastAPI:
    app = FastAPI()
    router = APIRouter(dependencies=[Depends(opened)])

    @router.get("/")
    async def endpoint(
        one: Annotated[str, Depends(original)],
        two: Annotated[str, Depends(outer)],
        three: Annotated[str, Depends(original, use_cache=False)],
        four: Annotated[str, Depends(opened)],
        five: Annotated[list[str], Security(scoped, scopes=["a"])],
    ) -> Any:
        log.append("endpoint")
        return [one, two, three, four, five]

    @app.get("/slow/{number}")
    def blocking(
        number: Annotated[int, Depends(slow)], value: Annotated[str, Depends(original)]
    ) -> Any:
        return [number, value]

    app.include_router(router)
    return app


async def get(app: FastAPI, target: str = "/") -> Any:
    log.clear()
    answer = await request(app, "GET", target)
    return [answer, list(log)]


async def case_replaced_and_put_back() -> Any:
    app = build()
    told = [await get(app)]
    replacements: list[dict[Any, Any]] = [
        {original: lambda: "lambda"},
        {original: asking},
        {outer: lambda: "no outer"},
        {opened: replacing},
        {opened: lambda: "plain"},
        {original: opened},
        {scoped: lambda: ["nobody asks"]},
        {original: original},
        {asking: original, original: asking},
    ]
    for replacement in replacements:
        app.dependency_overrides = replacement
        told += [await get(app), await get(app, "/?q=x"), await get(app, "/?q=long")]
        app.dependency_overrides.clear()
        told.append(await get(app))
    return told


async def case_a_mounted_application_has_its_own() -> Any:
    app, sub = FastAPI(), build()
    app.mount("/sub", sub)
    app.dependency_overrides[original] = lambda: "of the outer one"
    told = [await get(app, "/sub/")]
    sub.dependency_overrides[original] = lambda: "of the mounted one"
    told.append(await get(app, "/sub/"))
    return told


async def case_many_requests_while_overrides_change() -> Any:
    app = build()
    values = ["original", "first", "second"]
    seen: dict[int, Any] = {}

    async def one(number: int) -> None:
        answer = await request(app, "GET", f"/slow/{number}")
        seen[number] = answer["body"]

    for round_number in range(3):
        value = values[round_number]
        async with anyio.create_task_group() as tasks:
            if value == "original":
                app.dependency_overrides.clear()
            else:
                app.dependency_overrides[original] = lambda value=value: value
            for number in range(30):
                tasks.start_soon(one, round_number * 100 + number)
    return [seen[number] for number in sorted(seen)]
