"""CORS headers on the answer to an unhandled exception.

That answer is made outside of all middleware, so a browser would be told "CORS error" instead of
"500", and the page could not read why. https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from typing import Any

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def with_cors_on_errors(app: ASGIApp, middleware: list[Middleware]) -> ASGIApp:
    """Return `app` with the CORS rules of its middleware on every response, errors included."""
    for item in middleware:
        if isinstance(item.cls, type) and issubclass(item.cls, CORSMiddleware):
            arguments: Any = item.kwargs
            return _CorsOnErrors(app, item.cls(app, *item.args, **arguments))
    return app


class _CorsOnErrors:
    def __init__(self, app: ASGIApp, cors: CORSMiddleware) -> None:
        self._app = app
        self._cors = cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if "origin" not in headers:
            await self._app(scope, receive, send)
            return

        async def send_allowed(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_bare_error(message):
                await self._cors.send(message, send=send, request_headers=headers)
            else:
                await send(message)

        await self._app(scope, receive, send_allowed)


def _is_bare_error(message: Message) -> bool:
    """Whether this is a server error that the CORS middleware has not seen."""
    if message["status"] < 500:
        return False
    return "access-control-allow-origin" not in Headers(raw=list(message.get("headers", ())))
