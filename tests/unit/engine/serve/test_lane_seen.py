"""What users and the access log see of a request on the lane."""

import anyio
import pytest
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from talarian.engine.app.application import Talarian
from tests.property.lane.connection import Connected, Sending, by_lane, by_uvicorn


def both(app: Talarian, data: bytes) -> Connected:
    """What becomes of a request on the lane; it is the same with uvicorn's own protocol."""
    app.middleware_stack = app.build_middleware_stack()
    lane = by_lane(app, Sending((data,)))
    assert lane.on_lane == 1
    assert not lane.differs_from(by_uvicorn(app, Sending((data,))))
    return lane


def test_a_stream_without_a_body_has_one_empty_piece() -> None:
    app = Talarian(openapi_url=None)

    @app.get("/")
    async def endpoint(request: Request) -> list[int]:
        return [len(piece) async for piece in request.stream()]

    assert both(app, b"GET / HTTP/1.1\r\nHost: test\r\n\r\n").data.endswith(b"\r\n\r\n[0]")


def test_the_access_log_says_what_the_scope_says() -> None:
    async def moving(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.scope.update({"method": "PUT", "path": "/a b", "query_string": b"q=1"})
        await anyio.lowlevel.checkpoint()
        return Response("moved")

    app = Talarian(openapi_url=None, middleware=[Middleware(BaseHTTPMiddleware, dispatch=moving)])

    @app.get("/")
    async def endpoint() -> None: ...

    logged = both(app, b"GET /?x=1 HTTP/1.1\r\nHost: test\r\n\r\n").logged
    assert [record[2] for record in logged] == ['127.0.0.1:50000 - "PUT /a%20b?q=1 HTTP/1.1" 200']


@pytest.mark.parametrize("kind", [list, tuple])
def test_headers_may_be_lists(kind: type) -> None:
    async def changing(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.raw_headers = [kind(pair) for pair in response.raw_headers]
        return response

    app = Talarian(openapi_url=None, middleware=[Middleware(BaseHTTPMiddleware, dispatch=changing)])

    @app.get("/")
    async def endpoint() -> str:
        return "whole"

    assert both(app, b"GET / HTTP/1.1\r\nHost: test\r\n\r\n").data.startswith(b"HTTP/1.1 200 OK")
