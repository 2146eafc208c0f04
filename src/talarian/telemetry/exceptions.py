"""The place in the middleware stack where an exception is known to be unhandled."""

from starlette.types import ASGIApp, Receive, Scope, Send

SCOPE_KEY = "fastapi.telemetry"
"""The observer of a request in its ASGI scope; `None` says to mounted applications to record
nothing."""


class ExceptionTelemetryMiddleware:
    """Reports exceptions before they are answered with a 500, which ends the request's span."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            observer = scope.get(SCOPE_KEY)
            if observer is not None:
                observer.unhandled(error)
            raise
