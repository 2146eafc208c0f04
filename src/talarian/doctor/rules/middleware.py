"""What middleware cannot do."""

import ast
from collections.abc import Iterator
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware

from ..application import Application
from ..finding import Severity
from ..rule import Observation, rule
from ..sources import Function, mentions
from ..syntax import raises_http_exception


@rule(
    "http-exception-in-middleware",
    Severity.WARNING,
    "https://starlette.dev/exceptions/",
)
def http_exception_in_middleware(app: Application) -> Iterator[Observation]:
    """Middleware runs outside of the exception handlers."""
    handlers = app.app.exception_handlers
    if 500 in handlers or Exception in handlers:
        return  # that handler is asked, and may answer with the exception's own status
    for middleware in app.middleware:
        entry = _entry(middleware)
        if not mentions(entry, "exception"):
            continue
        function = app.sources.function(entry)
        raised = _raised(function) if function is not None else None
        if function is None or raised is None:
            return  # it may be there to catch what is raised in the middleware inside of it
        yield Observation(
            function.place(raised),
            f"HTTPException raised in the middleware {_name(middleware)} is answered with 500: "
            "exception handlers only see what happens inside of all middleware.",
            "Return the response instead: JSONResponse({'detail': ...}, status_code=...). "
            "Or raise it in a dependency.",
        )


def _raised(function: Function) -> ast.Raise | None:
    found = (raises_http_exception(function, statement) for statement in function.node.body)
    return next(filter(None, found), None)


def _entry(middleware: Middleware) -> Any:
    """Return the function in which middleware handles a request."""
    cls: Any = middleware.cls
    if cls is BaseHTTPMiddleware:
        return middleware.kwargs.get("dispatch", middleware.args[0] if middleware.args else None)
    if isinstance(cls, type) and issubclass(cls, BaseHTTPMiddleware):
        return cls.dispatch
    return getattr(cls, "__call__", cls) if isinstance(cls, type) else cls  # noqa: B004


def _name(middleware: Middleware) -> str:
    cls: Any = middleware.cls
    named = _entry(middleware) if cls is BaseHTTPMiddleware else cls
    return getattr(named, "__name__", None) or type(named).__name__
