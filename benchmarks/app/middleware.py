"""The three middlewares that most applications have."""

# FastAPI is not installed where types are checked: one process has the real one, another the hook.
# mypy: disable-error-code="import-not-found,untyped-decorator"
# pyright: basic, reportMissingImports=false

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware

from benchmarks.app.data import ORIGIN

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=[ORIGIN], allow_credentials=True)
app.add_middleware(GZipMiddleware)


@app.middleware("http")
async def served_by(request: Request, call_next: Callable[[Any], Awaitable[Any]]) -> Response:
    response = await call_next(request)
    response.headers["x-served-by"] = "benchmark"
    return response


@app.get("/")
async def root():  # type: ignore[no-untyped-def]  # as in the application without middleware
    return {"message": "Hello"}
