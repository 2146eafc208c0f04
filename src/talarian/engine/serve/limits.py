"""Limits on what a request may send."""

from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp


def limit_body(app: ASGIApp, limit: int | None) -> ASGIApp:
    return app if limit is None else RequestBodyLimitMiddleware(app, max_body_size=limit)


def body_too_large(error: BaseException, limit: int | None) -> bool:
    """Whether `error` says that the body grew over `limit`, also from inside a task group."""
    if limit is None:
        return False
    if isinstance(error, BaseExceptionGroup):
        return all(body_too_large(inner, limit) for inner in error.exceptions)
    return isinstance(error, HTTPException) and error.status_code == 413
