"""Limits on what a request may send."""

from starlette.exceptions import HTTPException


def body_too_large(error: BaseException, limit: int | None) -> bool:
    """Whether `error` says that the body grew over `limit`, also from inside a task group."""
    if limit is None:
        return False
    if isinstance(error, BaseExceptionGroup):
        return all(body_too_large(inner, limit) for inner in error.exceptions)
    return isinstance(error, HTTPException) and error.status_code == 413
