"""What clients are told when something is wrong with their documents, or with MongoDB."""

import logging
from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from talarian import Talarian
from talarian.extensions import installed

from .backends import (
    BeanieDocumentNotFound,
    CollectionWasNotInitialized,
    PyMongoError,
    RevisionIdWasChanged,
)
from .backends.meaning import Busy, Conflict, Duplicate, Unavailable, meaning_of
from .errors import (
    BadCursor,
    DocumentNotFound,
    InvalidPatch,
    NotReady,
    UnstorableValue,
    VersionConflict,
)

logger = logging.getLogger("talarian.mongo")

# RFC 9110, section 9.2.1: methods that are asked not to change anything.
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


@runtime_checkable
class Waiting(Protocol):
    """What may not have been able to prepare its documents yet."""

    def refuse_unprepared(self) -> None:
        """Raise NotReady if that is so."""


def add_handlers(app: Talarian) -> None:
    """Answer what clients cause, and what will pass by itself, unless the application has
    handlers of its own."""
    for kind, handler in _HANDLERS.items():
        app.exception_handlers.setdefault(kind, handler)


async def _of_driver(request: Request, error: PyMongoError) -> Response:
    match meaning_of(error):
        case Duplicate(fields):
            return _duplicate(fields)
        case Conflict():
            return _try_again(request, "Another request was faster. Try again.", 1, error)
        case Busy():
            return _try_again(request, "The service is busy. Try again later.", 1, error)
        case Unavailable(certain) if certain or request.method in _SAFE_METHODS:
            return _try_again(request, _UNAVAILABLE, 5, error)
        case Unavailable():
            logger.error("%s %s is answered 500. %s", request.method, request.url.path, error)
            return JSONResponse({"detail": _UNKNOWN}, 500)
        case None:
            raise error


_UNAVAILABLE = "The database is not available. Try again later."
_UNKNOWN = (
    "The connection to the database was lost. Whether anything was written is not known: look "
    "before you try again."
)


def _duplicate(fields: tuple[str, ...]) -> Response:
    which = " and ".join(fields) or "values"
    place = fields if len(fields) == 1 else ()  # only together are several fields wrong
    wrong = {"type": "duplicate", "loc": ("body", *place), "msg": f"Another has the same {which}"}
    return JSONResponse({"detail": [wrong]}, 409)


def _try_again(request: Request, detail: str, seconds: int, error: Exception) -> Response:
    logger.warning("%s %s is answered 503. %s", request.method, request.url.path, error)
    return JSONResponse({"detail": detail}, 503, headers={"Retry-After": str(seconds)})


async def _not_ready(request: Request, error: NotReady) -> Response:
    return _try_again(request, _UNAVAILABLE, 5, error)


async def _uninitialised(request: Request, error: CollectionWasNotInitialized) -> Response:
    for extension in installed(request.app):
        if isinstance(extension, Waiting):
            try:
                extension.refuse_unprepared()
            except NotReady as reason:
                return await _not_ready(request, reason)
    raise error


async def _not_found(request: Request, error: Exception) -> Response:
    return JSONResponse({"detail": "Not Found"}, 404)


async def _changed(request: Request, error: Exception) -> Response:
    detail = "This was changed since you read it. Read it again."
    return JSONResponse({"detail": detail}, 412 if "if-match" in request.headers else 409)


async def _bad_cursor(request: Request, error: BadCursor) -> Response:
    return JSONResponse({"detail": str(error)}, 400)


async def _unstorable(request: Request, error: UnstorableValue) -> Response:
    return _unprocessable({"type": "unstorable", "loc": ("body",), "msg": str(error)})


async def _invalid_patch(request: Request, error: InvalidPatch) -> Response:
    return _unprocessable(*({**it, "loc": ("body", *_location(it))} for it in error.errors))


def _location(error: dict[str, Any]) -> tuple[int | str, ...]:
    return tuple(error["loc"])


def _unprocessable(*errors: dict[str, Any]) -> Response:
    # In the form of FastAPI's validation errors.
    return JSONResponse({"detail": list(errors)}, 422)


_HANDLERS: dict[type[Exception], Callable[..., Any]] = {
    PyMongoError: _of_driver,
    NotReady: _not_ready,
    CollectionWasNotInitialized: _uninitialised,
    DocumentNotFound: _not_found,
    BeanieDocumentNotFound: _not_found,
    VersionConflict: _changed,
    RevisionIdWasChanged: _changed,
    BadCursor: _bad_cursor,
    UnstorableValue: _unstorable,
    InvalidPatch: _invalid_patch,
}
