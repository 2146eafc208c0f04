"""Many items in one request: all of them or none, with an error for each that is in the way."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException

from talarian.exceptions import RequestValidationError

from .errors import ItemError, Refused, problem

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741


class BulkResult(BaseModel, Generic[T]):
    """What has become of many items."""

    model_config = ConfigDict(from_attributes=True)

    items: list[T]
    errors: list[ItemError]


async def each(
    session: AsyncSession,
    inputs: Sequence[I],
    work: Callable[[int, I], Awaitable[T]],
    *,
    at: Sequence[str] = (),
    atomic: bool = True,
) -> tuple[list[T], list[ItemError]]:
    """Do something for each of many inputs, and collect what is wrong with them.

    Each runs in a savepoint, so that one that fails does not hinder the rest from being tried.

    Args:
        session: The session.
        inputs: The items of the request's body.
        work: Called with the index and the input; `HTTPException` and `RequestValidationError`
            that it raises are collected, with the index in their `loc`. It must flush what it
            writes.
        at: Where in an input the values are, if they are not the input itself.
        atomic: Refuse all if there is an error. Otherwise the others are done, and the errors are
            returned.

    Raises:
        Refused: All errors, each with its index in `loc`. The status is theirs if they agree on
            one, else 422.
    """
    done: list[T] = []
    errors: list[ItemError] = []
    for index, given in enumerate(inputs):
        try:
            async with session.begin_nested():
                done.append(await work(index, given))
        except RequestValidationError as error:
            errors.append(_failed(index, at, 422, error.errors()))
        except Refused as error:
            errors.append(_failed(index, at, error.status_code, error.errors))
        except HTTPException as error:
            one = problem("refused", (), str(error.detail))
            errors.append(_failed(index, at, error.status_code, [one]))
    if atomic and errors:
        statuses = {error.status for error in errors}
        status = statuses.pop() if len(statuses) == 1 else 422
        raise Refused(status, *(one.model_dump() for error in errors for one in error.errors))
    return done, errors


def _failed(index: int, at: Sequence[str], status: int, errors: Sequence[Any]) -> ItemError:
    located = [{**error, "loc": _location(index, at, error["loc"])} for error in errors]
    return ItemError.model_validate({"index": index, "status": status, "errors": located})


def _location(index: int, at: Sequence[str], loc: Sequence[str | int]) -> list[str | int]:
    match loc:
        case ["body", *rest]:
            return ["body", index, *at, *rest]
        case _:
            return ["body", index]
