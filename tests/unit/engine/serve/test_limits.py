from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import (
    RequestBodyLimitMiddleware,
    _RequestBodyLimitResponseSent,
)
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talarian import Router, Talarian
from talarian.engine.serve.limits import UngroupedBodyErrors, body_limit_error, limit_body

Next = Callable[[Request], Awaitable[Response]]


async def read(request: Request) -> Response:
    return Response(await request.body())


async def pass_on(request: Request, call_next: Next) -> Response:
    return await call_next(request)


async def read_and_pass_on(request: Request, call_next: Next) -> Response:
    await request.body()
    return await call_next(request)


def post(app: ASGIApp, *chunks: bytes, path: str = "/") -> tuple[int, str]:
    """Post without a `Content-Length`, so that the bytes are counted."""
    response = TestClient(app).post(path, content=iter(chunks))
    return response.status_code, response.text


def limit_error() -> BaseException:
    """What Starlette raises when there are too many bytes."""
    caught: list[BaseException] = []

    async def reader(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await receive()
        except Exception as error:
            caught.append(error)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"12"}

    scope = {"type": "http", "headers": []}
    anyio.run(RequestBodyLimitMiddleware(reader, 1), scope, receive, _never_send)
    return caught[0]


async def _never_receive() -> Message:
    raise AssertionError("nothing is to be received")


async def _never_send(message: Message) -> None:
    raise AssertionError("nothing is to be sent")


def test_a_group_of_nothing_but_limit_errors_is_a_limit_error() -> None:
    error = limit_error()
    assert body_limit_error(error) is error
    assert body_limit_error(BaseExceptionGroup("", [BaseExceptionGroup("", [error])])) is error
    assert body_limit_error(BaseExceptionGroup("", [error, ValueError()])) is None
    assert body_limit_error(HTTPException(413)) is None


def test_an_answer_that_was_sent_is_not_sent_again() -> None:
    sent = _RequestBodyLimitResponseSent()
    assert body_limit_error(BaseExceptionGroup("", [limit_error(), sent])) is sent


def test_other_groups_pass() -> None:
    group = ExceptionGroup("", [ValueError(), HTTPException(413)])

    async def fail(*args: Any) -> None:
        raise group

    with pytest.raises(ExceptionGroup) as caught:
        anyio.run(UngroupedBodyErrors(fail), {}, _never_receive, _never_send)
    assert caught.value is group


def test_no_limit_is_no_layer() -> None:
    app = Talarian()
    assert limit_body(app, None) is app


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_handlers_see_the_error_through_middleware(layers: int) -> None:
    app = Talarian(max_body_size=5)
    app.post("/")(read)
    for _ in range(layers):
        app.middleware("http")(pass_on)

    @app.exception_handler(413)
    async def too_large(request: Request, error: HTTPException) -> Response:
        return Response(f"handled: {error.detail}", 413)

    assert post(app, b"123", b"45") == (200, "12345")
    assert post(app, b"123", b"456") == (413, "handled: Content Too Large")


def test_an_own_task_group_is_no_hindrance() -> None:
    app = Talarian()

    @app.post("/", max_body_size=5)
    async def in_a_group(request: Request) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(request.body)

    assert post(app, b"123", b"456") == (413, "Content Too Large")


@pytest.mark.parametrize(("outer", "inner"), [(5, None), (10, 5)])
def test_a_mounted_application_answers_instead_of_its_error_page(
    outer: int, inner: int | None
) -> None:
    app, child = Talarian(max_body_size=outer), Talarian(max_body_size=inner)
    child.post("/")(read)
    child.middleware("http")(read_and_pass_on)
    app.mount("/child", child)

    assert post(app, b"12345", path="/child/") == (200, "12345")
    status, text = post(app, b"123456", path="/child/")
    assert (status, text) == (413, '{"detail":"Content Too Large"}')


def test_what_a_router_mounts_has_the_limit_of_the_router() -> None:
    child = Talarian()
    child.post("/")(read)
    router = Router(max_body_size=5)
    router.mount("/child", child)
    app = Talarian(max_body_size=2)
    app.include_router(router, prefix="/included")
    app.mount("/mounted", router)

    for path in ("/included/child/", "/mounted/child/"):
        assert post(app, b"12345", path=path)[0] == 200
        assert post(app, b"123456", path=path)[0] == 413
