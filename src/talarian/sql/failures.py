"""What clients are told when the database cannot serve them now, or others were faster."""

import logging

from sqlalchemy.orm.exc import StaleDataError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from talarian import Talarian

from .errors import (
    CommitUnknown,
    DatabaseUnavailable,
    PoolExhausted,
    TransactionConflict,
    Transient,
)

logger = logging.getLogger("talarian.sql")

_UNKNOWN = (
    "The connection to the database was lost during the commit. Whether anything was written is "
    "not known: look before you try again."
)
OVERTAKEN = "This was changed by someone else. Read it again, and repeat your change on that."
_DETAILS: dict[type, str] = {
    DatabaseUnavailable: "The database is not available. Try again later.",
    PoolExhausted: "The service is busy. Try again later.",
    TransactionConflict: "Another request was faster. Try again.",
}


def add_handlers(app: Talarian) -> None:
    """Answer what will pass by itself with 503 and Retry-After (RFC 9110, sections 15.6.4 and
    10.2.3), a commit that may have arrived with 500, and who changed a row that is not any more as
    it was read with 412 or 409, unless the application has handlers of its own."""
    for error in _DETAILS:
        app.exception_handlers.setdefault(error, _answer)
    app.exception_handlers.setdefault(StaleDataError, _answer_stale)


async def _answer(request: Request, error: Transient) -> Response:
    if isinstance(error, CommitUnknown):
        logger.error("%s %s is answered 500. %s", request.method, request.url.path, error)
        return JSONResponse({"detail": _UNKNOWN}, 500)
    return _try_again(request, error)


def _try_again(request: Request, error: Transient) -> Response:
    detail = next(_DETAILS[kind] for kind in type(error).__mro__ if kind in _DETAILS)
    if not isinstance(error, PoolExhausted):  # which the pool has logged
        logger.warning("%s %s is answered 503. %s", request.method, request.url.path, error)
    return JSONResponse({"detail": detail}, 503, headers={"Retry-After": str(error.retry_after)})


async def _answer_stale(request: Request, error: StaleDataError) -> Response:
    """RFC 9110: a precondition did not hold (section 13.1.1), or two changes are in conflict."""
    status = 412 if "if-match" in request.headers else 409
    logger.warning("%s %s is answered %d. %s", request.method, request.url.path, status, error)
    return JSONResponse({"detail": OVERTAKEN}, status)
