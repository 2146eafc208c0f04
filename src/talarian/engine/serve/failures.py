"""The default answers to exceptions; applications may install handlers of their own."""

import json
import math
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.status import WS_1008_POLICY_VIOLATION
from starlette.websockets import WebSocket

from ..fields.encode import jsonable_encoder
from ..ground.errors import RequestValidationError, WebSocketRequestValidationError
from ..ground.status import is_body_allowed


async def http_exception_handler(request: Request, exc: HTTPException) -> Response:
    """Answer with the exception's status and headers, and its detail as JSON."""
    if not is_body_allowed(exc.status_code):
        return Response(status_code=exc.status_code, headers=exc.headers)
    return JSONResponse({"detail": exc.detail}, status_code=exc.status_code, headers=exc.headers)


async def request_validation_exception_handler(
    request: Request, exc: RequestValidationError
) -> JSONResponse:
    """Answer 422 (RFC 9110, section 15.5.21) with the list of errors."""
    detail = jsonable_encoder(exc.errors())
    try:
        return JSONResponse({"detail": detail}, status_code=422)
    except ValueError:
        # The error repeats what was sent, and that cannot be sent back: NaN, a lone surrogate.
        return JSONResponse({"detail": _speakable(detail)}, status_code=422)


def _speakable(data: Any) -> Any:
    """Replace what JSON in UTF-8 cannot say by text that shows it (RFC 8259, sections 6 and 8)."""
    if isinstance(data, float) and not math.isfinite(data):
        return json.dumps(data)
    if isinstance(data, str):
        return data.encode("utf-8", "backslashreplace").decode()
    if isinstance(data, dict):
        return {_speakable(key): _speakable(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_speakable(item) for item in data]
    return data


async def websocket_request_validation_exception_handler(
    websocket: WebSocket, exc: WebSocketRequestValidationError
) -> None:
    """Refuse the connection with close code 1008 (RFC 6455, section 7.4.1) and the errors."""
    await websocket.close(code=WS_1008_POLICY_VIOLATION, reason=jsonable_encoder(exc.errors()))
