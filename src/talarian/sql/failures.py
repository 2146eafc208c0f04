"""What clients are told when the database cannot serve them now."""

from sqlalchemy.orm.exc import DetachedInstanceError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from talarian import Talarian

from .errors import DatabaseUnavailable, PoolExhausted, TransactionConflict, Transient

_DETAILS = {
    DatabaseUnavailable: "The database is not available. Try again later.",
    PoolExhausted: "The service is busy. Try again later.",
    TransactionConflict: "Another request was faster. Try again.",
}


def add_handlers(app: Talarian) -> None:
    """Answer what will pass by itself with 503 and Retry-After (RFC 9110, sections 15.6.4 and
    10.2.3), unless the application has handlers of its own."""
    for error in _DETAILS:
        app.exception_handlers.setdefault(error, _try_again)
    app.exception_handlers.setdefault(DetachedInstanceError, _explain_detached)


async def _try_again(request: Request, error: Transient) -> Response:
    detail = _DETAILS[type(error)]
    return JSONResponse({"detail": detail}, 503, headers={"Retry-After": str(error.retry_after)})


async def _explain_detached(request: Request, error: DetachedInstanceError) -> Response:
    # Its own text names the attribute. It stays an error of the server, with the fix beneath it.
    error.add_note(
        "The object's session was over when the attribute was read: in a background task, a "
        "stream or a template that outlives the endpoint. Load the attribute with the object, "
        ".options(selectinload(…)), or open a session there: `async with db.transaction()`."
    )
    raise error
