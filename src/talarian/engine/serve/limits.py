"""Limits on what a request may send.

Starlette counts the bytes: its innermost active limit applies, and an excess is an exception from
`receive`, or the place of the answer is taken when `Content-Length` alone is too much. What is
added here is that these exceptions arrive: a task group on their way (any `BaseHTTPMiddleware` has
one) puts them into an `ExceptionGroup`, and the error page of a mounted application would answer
500 before the application that has the limit sees them.

https://fastapi.tiangolo.com/advanced/request-body-limits/
"""

# Private names, because nothing else tells Starlette's own exceptions from an `HTTPException(413)`
# that the application raised, and that one has to stay where it is.
from starlette.middleware.body_limit import (
    MAX_BODY_SIZE_SCOPE_KEY,
    RequestBodyLimitMiddleware,
    _RequestBodyLimitResponseSent as _ResponseSent,
    _RequestBodyTooLarge as _TooLarge,
)
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .failures import http_exception_handler


def body_limit_error(error: BaseException) -> _TooLarge | _ResponseSent | None:
    """The error that says that a limit was exceeded, if `error` is one or a group of nothing else.

    Of several, the one that says that the answer was already sent.
    """
    if isinstance(error, _TooLarge | _ResponseSent):
        return error
    if not isinstance(error, BaseExceptionGroup):
        return None
    found = [body_limit_error(inner) for inner in error.exceptions]
    if None in found:
        return None
    return next((inner for inner in found if isinstance(inner, _ResponseSent)), found[0])


def limit_body(app: ASGIApp, max_body_size: int | None) -> ASGIApp:
    """Refuse bodies of more than `max_body_size` bytes with 413 (RFC 9110, section 15.5.14).

    `None` leaves the limit as it is around `app`, if there is one.
    """
    if max_body_size is None:
        return app
    return RequestBodyLimitMiddleware(UngroupedBodyErrors(app), max_body_size)


def is_limited_around(scope: Scope) -> bool:
    """Whether an application around this one limits the body."""
    return MAX_BODY_SIZE_SCOPE_KEY in scope


class UngroupedBodyErrors:
    """Takes the errors of a body limit out of exception groups; other groups pass."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except ExceptionGroup as group:
            error = body_limit_error(group)
            if error is None:
                raise
            raise error from group


class ApplicationBodyLimit:
    """The body limit of one application, outside of all its middleware.

    It also answers when the application is mounted and the limit is that of one around it, because
    from here the exception would go to this application's own error page.
    """

    def __init__(self, app: ASGIApp, max_body_size: int | None) -> None:
        self.max_body_size = max_body_size
        self.app = limit_body(app, max_body_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if MAX_BODY_SIZE_SCOPE_KEY in scope:
            await self._call_mounted(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _call_mounted(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as exc:
            error = body_limit_error(exc)
            if started or not isinstance(error, _TooLarge):
                raise
            response = await http_exception_handler(Request(scope), error)
            await response(scope, receive, send)
