import json
from typing import Any

import anyio
import pytest
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message
from starlette.websockets import WebSocket

from talarian.engine.ground.errors import (
    HTTPException,
    RequestValidationError,
    WebSocketRequestValidationError,
)
from talarian.engine.serve.failures import (
    http_exception_handler,
    request_validation_exception_handler,
    websocket_request_validation_exception_handler,
)

REQUEST = Request({"type": "http", "method": "GET", "path": "/", "headers": []})
ERRORS: list[dict[str, Any]] = [{"loc": ("body", 1), "input": {1}, "ctx": {"error": ValueError()}}]
ENCODED: list[dict[str, Any]] = [{"loc": ["body", 1], "input": [1], "ctx": {"error": {}}}]


def answer(exc: StarletteHTTPException) -> Response:
    return anyio.run(http_exception_handler, REQUEST, exc)


@pytest.mark.parametrize(
    ("exc", "body"),
    [
        (HTTPException(404), b'{"detail":"Not Found"}'),
        (HTTPException(400, {"a": [1]}), b'{"detail":{"a":[1]}}'),
        (StarletteHTTPException(418, "teapot"), b'{"detail":"teapot"}'),
    ],
)
def test_http_exception_detail_is_sent_as_json(exc: StarletteHTTPException, body: bytes) -> None:
    response = answer(exc)
    assert (response.status_code, response.body) == (exc.status_code, body)


def test_http_exception_headers_are_sent() -> None:
    assert answer(HTTPException(405, headers={"Allow": "GET"})).headers["allow"] == "GET"


@pytest.mark.parametrize("status", [100, 204, 205, 304])
def test_no_body_where_the_status_forbids_one(status: int) -> None:
    response = answer(HTTPException(status, "ignored", {"x-kept": "1"}))
    assert response.body == b""
    assert response.headers["x-kept"] == "1"
    assert "content-type" not in response.headers


def test_request_validation_error_is_a_422_with_encoded_errors() -> None:
    exc = RequestValidationError(ERRORS)
    response = anyio.run(request_validation_exception_handler, REQUEST, exc)
    assert response.status_code == 422
    assert json.loads(bytes(response.body)) == {"detail": ENCODED}


def test_websocket_validation_error_closes_with_policy_violation() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def close() -> None:
        websocket = WebSocket({"type": "websocket", "path": "/", "headers": []}, receive, send)
        await websocket.receive()
        exc = WebSocketRequestValidationError(ERRORS)
        await websocket_request_validation_exception_handler(websocket, exc)

    anyio.run(close)
    assert sent == [{"type": "websocket.close", "code": 1008, "reason": ENCODED}]
