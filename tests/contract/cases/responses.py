"""What becomes of a result: models, statuses without content, headers and tasks that meet."""

import math
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from pydantic import BaseModel, Field, computed_field, field_validator

from talarian.fastapi import BackgroundTasks, Cookie, Depends, FastAPI, HTTPException, Response
from talarian.fastapi.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
)
from tests.contract.client import request

app = FastAPI()
log: list[str] = []


class Base(BaseModel):
    name: str = Field("n", alias="theName")
    secret: str | None = None
    number: float = 1

    @computed_field
    def double(self) -> float:
        return self.number * 2

    @field_validator("number")
    @classmethod
    def small(cls, value: float) -> float:
        if value > 100:
            raise ValueError("too large")
        return value


class Derived(Base):
    more: int = 1


@dataclass
class Data:
    a: int
    b: timedelta


RESULTS: dict[str, Any] = {
    "none": lambda: None,
    "model": lambda: Base(theName="x"),
    "derived": lambda: Derived(theName="x", secret="s"),
    "dict": lambda: {"theName": "y", "unknown": 1},
    "by-name": lambda: {"name": "y"},
    "wrong": lambda: {"number": "many"},
    "refused": lambda: {"number": 1000},
    "dataclass": lambda: Data(1, timedelta(seconds=90)),
    "nan": lambda: math.nan,
    "infinite": lambda: {"number": math.inf},
    "decimal": lambda: [Decimal("1.10"), Decimal(5)],
    "bytes": lambda: b"bytes",
    "bad-bytes": lambda: b"\xff",
    "path": lambda: PurePosixPath("/a"),
    "keys": lambda: {1: "a", None: "b", False: "c"},
    "set": lambda: {1},
    "generator": lambda: (number for number in range(3)),
    "object": lambda: object(),
    "json": lambda: JSONResponse({"own": 1}, status_code=202, headers={"x-test": "own"}),
    "text": lambda: PlainTextResponse("text"),
}


def add(suffix: str, **options: Any) -> None:
    for name, make in RESULTS.items():

        async def endpoint(make: Any = Depends(lambda make=make: make)) -> Any:
            return make()

        def blocking(make: Any = Depends(lambda make=make: make)) -> Any:
            return make()

        app.get(f"/{name}/{suffix}", **options)(endpoint)
        app.get(f"/{name}/{suffix}/sync", **options)(blocking)


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "any": {"response_model": Any},
    "model": {"response_model": Base},
    "optional": {"response_model": Base | None},
    "list": {"response_model": list[Base]},
    "unset": {"response_model": Base, "response_model_exclude_unset": True},
    "names": {"response_model": Base, "response_model_by_alias": False},
    "include": {"response_model": Base, "response_model_include": {"name", "double"}},
    "exclude-none": {"response_model": Base, "response_model_exclude_none": True},
    "float": {"response_model": float},
    "own-class": {"response_class": JSONResponse, "response_model": Base},
    "html": {"response_class": HTMLResponse},
    "created": {"status_code": 201},
    "empty": {"status_code": 204, "response_model": None},
    "unchanged": {"status_code": 304, "response_model": None},
}
for suffix, options in OPTIONS.items():
    add(suffix, **options)


async def case_results_and_models() -> Any:
    return {
        f"{name} {suffix} {kind}": await request(app, "GET", f"/{name}/{suffix}{kind}")
        for name in RESULTS
        for suffix in OPTIONS
        for kind in ("", "/sync")
    }


def setting(response: Response, tasks: BackgroundTasks) -> None:
    response.headers["x-test"] = "dependency"
    response.set_cookie("a", "b")
    response.status_code = 299
    tasks.add_task(log.append, "of the dependency")


def own_task(tasks: BackgroundTasks) -> None:
    tasks.add_task(log.append, "of the endpoint")


class Failing(Exception):
    pass


def add_endings(extra: FastAPI) -> None:
    needs = [Depends(setting)]

    @extra.get("/value", dependencies=needs, status_code=201)
    async def value(_: None = Depends(own_task)) -> str:
        return "value"

    @extra.get("/response", dependencies=needs)
    async def response(_: None = Depends(own_task)) -> Any:
        return PlainTextResponse("own")

    @extra.get("/redirect", dependencies=needs, response_class=RedirectResponse, status_code=307)
    async def redirect() -> str:
        return "/elsewhere"

    @extra.get("/http", dependencies=needs)
    async def http() -> None:
        raise HTTPException(404, {"a": [1]}, headers={"x-test": "exception"})

    @extra.get("/http/{status}", dependencies=needs)
    async def statuses(status: int) -> None:
        raise HTTPException(status)

    @extra.get("/failing", dependencies=needs)
    async def failing() -> None:
        raise Failing

    @extra.get("/cookie", dependencies=needs)
    async def cookie(response: Response, a: str = Cookie("none")) -> str:
        response.delete_cookie("a")
        response.status_code = 203
        return a


async def case_headers_statuses_and_tasks() -> Any:
    extra = FastAPI()
    add_endings(extra)
    targets = ["/value", "/response", "/redirect", "/http", "/failing", "/cookie"]
    targets += [f"/http/{status}" for status in (204, 304, 205, 404, 418, 599)]
    told: list[Any] = []
    for target in targets:
        log.clear()
        told += [await request(extra, "GET", target), list(log)]
    return told


async def case_exception_handlers() -> Any:
    extra = FastAPI()
    add_endings(extra)

    @extra.exception_handler(404)
    async def missing(*_: Any) -> Response:
        return PlainTextResponse("nothing here", status_code=404)

    @extra.exception_handler(Failing)
    def failed(*_: Any) -> Response:
        return PlainTextResponse("failed", status_code=510)

    @extra.exception_handler(Exception)
    async def anything(*_: Any) -> Response:
        return PlainTextResponse("anything", status_code=511)

    @extra.get("/bug")
    def bug() -> None:
        raise KeyError("bug")

    targets = ("/http", "/http/404", "/http/418", "/failing", "/bug", "/unknown")
    return [await request(extra, "GET", target) for target in targets]
