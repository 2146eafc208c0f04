"""CORS headers on the answer to an unhandled exception.

That answer is made outside of all middleware, so a browser would be told "CORS error" instead of
"500", and the page could not read why. https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Sequence
from copy import copy
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .held import RawHeaders


class ErrorPage(ServerErrorMiddleware):
    """Answers an unhandled exception with a 500, by the rules of the application's CORS middleware.

    Args:
        app: The application.
        middleware: Its middleware; the first `CORSMiddleware` in it has the rules.
        handler: The application's own handler for a 500, if it has one.
        debug: Show the traceback instead.
    """

    _came_with: RawHeaders | None = None
    """The request's headers, where middleware may have put others in the scope since."""

    def __init__(
        self, app: ASGIApp, middleware: Sequence[Middleware], handler: Any, debug: bool
    ) -> None:
        super().__init__(app, handler=handler, debug=debug)
        self._cors = next(filter(None, map(_rules, middleware)), None)

    def around(self, app: ASGIApp, headers: RawHeaders) -> "ErrorPage":
        """The same around another application, for one request that came with these headers."""
        page = copy(self)
        page.app, page._came_with = app, headers
        return page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cors = self._cors
        headers = Headers()
        if self._came_with is not None:
            headers = Headers(raw=self._came_with)
        elif cors is not None and scope["type"] == "http":
            headers = Headers(scope=scope)
        if cors is None or "origin" not in headers:
            await super().__call__(scope, receive, send)
            return

        raised = False

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal raised
            try:
                await self.app(scope, receive, send)
            except Exception:
                raised = True
                raise

        async def send_by_the_rules(message: Message) -> None:
            # What comes after an exception is this page. An error that somebody inside has
            # answered went by the rules in its place, or was not meant to.
            if raised and message["type"] == "http.response.start" and _is_bare(message):
                await cors.send(message, send=send, request_headers=headers)
            else:
                await send(message)

        page = copy(self)
        page.app = watched
        await ServerErrorMiddleware.__call__(page, scope, receive, send_by_the_rules)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that is never called: only the rules of a middleware around it are wanted."""


def _rules(item: Middleware) -> CORSMiddleware | None:
    if not (isinstance(item.cls, type) and issubclass(item.cls, CORSMiddleware)):
        return None
    make: Any = item.cls
    rules: CORSMiddleware = make(_nowhere, *item.args, **item.kwargs)
    return rules


def _is_bare(message: Message) -> bool:
    """Whether the application's own handler has not seen to CORS itself."""
    return "access-control-allow-origin" not in Headers(raw=list(message.get("headers", ())))
