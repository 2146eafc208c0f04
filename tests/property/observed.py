"""Running an endpoint on plain ASGI and writing down all that can be seen of it."""

import threading
import warnings
from dataclasses import dataclass
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Scope

from talarian.engine.app.route import Route
from talarian.engine.ground.errors import RequestValidationError
from talarian.engine.serve.failures import (
    http_exception_handler,
    request_validation_exception_handler,
)

from .parts import LAST, Handled, Log, anonymous
from .sent import Sent


@dataclass(frozen=True)
class Observed:
    """What an application did with one request."""

    events: list[Any]
    sent: list[Message]
    received: int
    raised: tuple[str, str] | None
    warned: list[str]


def observe(app: ASGIApp, route: Route, request: Sent, log: Log, backend: str) -> Observed:
    """Answer a request with `app`, which is one way of running `route`."""
    log.events.clear()
    messages = list(request.messages)
    sent: list[Message] = []
    received = 0

    async def receive() -> Message:
        nonlocal received
        received += 1
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        log.note("client", "is sent", message["type"])

    async def handled(failed: Request, error: Exception) -> Response:
        by = getattr(failed, "seen_by", None)
        log.note("handler", str(error), [by, failed.method, failed.url.path])
        return PlainTextResponse("handled", 499)

    handlers: dict[Any, Any] = {
        RequestValidationError: request_validation_exception_handler,
        HTTPException: http_exception_handler,
        Handled: handled,
    }
    scope = _scope(request)
    scope.update(route.matches(scope)[1])

    async def run() -> None:
        log.loop_thread = threading.get_ident()
        LAST.set("nobody")
        await ExceptionMiddleware(app, handlers)(scope, receive, send)

    raised: tuple[str, str] | None = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            anyio.run(run, backend=backend)
        except Exception as error:
            raised = type(error).__name__, anonymous(str(error))
    warned = [str(warning.message) for warning in caught]
    return Observed(list(log.events), sent, received, raised, warned)


def _scope(request: Sent) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "method": "POST",
        "scheme": "http",
        "path": request.path,
        "raw_path": request.path.encode("utf-8", "surrogatepass"),
        "root_path": "",
        "query_string": request.query,
        "headers": list(request.headers),
        "server": ("test", 80),
    }
