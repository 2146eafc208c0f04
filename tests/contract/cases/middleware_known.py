"""Starlette's own middleware: what it does to requests and responses, alone and together."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from itertools import product
from typing import Any

import anyio

from talarian.fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, Request, Response
from talarian.fastapi.middleware import Middleware
from talarian.fastapi.middleware.cors import CORSMiddleware
from talarian.fastapi.middleware.gzip import GZipMiddleware
from talarian.fastapi.middleware.httpsredirect import HTTPSRedirectMiddleware
from talarian.fastapi.middleware.trustedhost import TrustedHostMiddleware
from talarian.fastapi.responses import JSONResponse, StreamingResponse
from tests.contract.sequence import log, sequence

Next = Callable[[Request], Awaitable[Any]]
answers = APIRouter()


def application(*middleware: Middleware) -> FastAPI:
    app = FastAPI(middleware=list(middleware))
    app.include_router(answers)
    return app


@answers.get("/plain")
async def plain() -> dict[str, int]:
    return {"a": 1}


@answers.get("/long")
def long() -> dict[str, str]:
    return {"long": "x" * 2000}


@answers.get("/background")
async def background(tasks: BackgroundTasks) -> str:
    tasks.add_task(log.append, "background")
    return "done"


@answers.get("/stream")
async def stream() -> Response:
    async def pieces() -> AsyncGenerator[str, None]:
        for piece in ("one", "two" * 500):
            await anyio.sleep(0)
            yield piece

    return StreamingResponse(pieces(), headers={"vary": "Accept"})


@answers.get("/headers")
async def headers() -> Response:
    own = {"Vary": "Accept", "Access-Control-Allow-Origin": "http://own"}
    response = JSONResponse({}, headers=own)
    response.headers.append("vary", "Cookie")
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    return response


@answers.get("/encoded")
async def encoded() -> Response:
    return Response(b"x" * 600, headers={"content-encoding": "br"})


@answers.get("/partial")
async def partial() -> Response:
    return Response(b"x" * 600, 206, media_type="application/json")


@answers.get("/image")
async def image() -> Response:
    return Response(b"x" * 600, media_type="image/png")


@answers.get("/nothing", status_code=204)
async def nothing() -> None: ...


@answers.get("/refused")
async def refused() -> None:
    raise HTTPException(418, "short and stout", {"x-test": "teapot"})


ALL = (
    *("/plain", "/long", "/background", "/stream", "/headers", "/encoded", "/partial", "/image"),
    *("/nothing", "/refused", "/missing", "/plain/"),
)


ORIGINS: tuple[dict[str, str], ...] = (
    {},
    {"origin": "http://a.example"},
    {"origin": "http://c.example"},
)
PREFLIGHT = {
    "access-control-request-method": "PUT",
    "access-control-request-headers": "X-One, accept",
}
CORS: tuple[dict[str, Any], ...] = (
    {},
    {"allow_origins": ["*"]},
    {"allow_origins": ["*"], "allow_credentials": True, "expose_headers": ["X-One", "X-Two"]},
    {"allow_origins": ["http://a.example"], "allow_methods": ["*"], "allow_headers": ["*"]},
    {"allow_origins": ["http://a.example"], "allow_credentials": True, "expose_headers": ["X-One"]},
    {"allow_origin_regex": r"http://.\.example", "allow_methods": ["PUT"], "max_age": 5},
    {"allow_origin_regex": r"https://.*", "allow_headers": ["X-One"]},
)


async def case_cors() -> Any:
    answers: list[Any] = []
    for options in CORS:
        app = application(Middleware(CORSMiddleware, **options))
        for headers, target in product(ORIGINS, ("/plain", "/headers", "/stream", "/refused")):
            answers.append(await sequence(app, target, headers=headers))
        for headers in ORIGINS:
            answers.append(await sequence(app, "/plain", "OPTIONS", headers=headers))
            answers.append(
                await sequence(app, "/plain", "OPTIONS", headers={**headers, **PREFLIGHT})
            )
    return answers


ENCODINGS: tuple[dict[str, str], ...] = ({}, {"accept-encoding": "gzip"}, {"accept-encoding": "br"})


GZIP: tuple[dict[str, Any], ...] = (
    {},
    {"minimum_size": 0},
    {"minimum_size": 7, "compresslevel": 1},
    {"minimum_size": 8},
    {"exclude_content_types": ("application/json",)},
    {"exclude_content_types": ("application/*",), "minimum_size": 1},
)


async def case_gzip() -> Any:
    answers: list[Any] = []
    for options in GZIP:
        app = application(Middleware(GZipMiddleware, **options))
        for headers, target in product(ENCODINGS, ALL):
            answers.append(await sequence(app, target, headers=headers))
    return answers


async def case_hosts_and_schemes() -> Any:
    answers: list[Any] = []
    for hosts in (["*"], ["testserver"], ["*.example"], ["www.testserver"]):
        app = application(Middleware(TrustedHostMiddleware, allowed_hosts=hosts))
        answers += [await sequence(app, target) for target in ("/plain", "/missing", "/background")]
    app = application(Middleware(HTTPSRedirectMiddleware))
    return [*answers, await sequence(app, "/plain?a=1"), await sequence(app, "/missing")]


async def case_a_usual_stack() -> Any:
    """In both orders: the function outside of the other two, and inside."""
    known = (Middleware(CORSMiddleware, allow_origins=["*"]), Middleware(GZipMiddleware))
    headers = {"origin": "http://a.example", "accept-encoding": "gzip"}
    answers: list[Any] = []
    for order in (1, -1):
        app = application(*known)

        @app.middleware("http")
        async def timed(request: Request, call_next: Next) -> Any:
            response = await call_next(request)
            response.headers["X-Process-Time"] = "0"
            return response

        app.user_middleware = app.user_middleware[::order]
        answers += [await sequence(app, target, headers=headers) for target in ALL]
    return answers
