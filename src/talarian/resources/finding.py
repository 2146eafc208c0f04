"""Rows by their keys, or 404."""

from collections.abc import Collection
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from talarian import HTTPException
from talarian.exceptions import RequestValidationError

from .columns import attribute, fitted, key_name
from .errors import problem
from .writing import Location

T = TypeVar("T")


async def find_one(
    session: AsyncSession,
    statement: Select[T],
    key: object,
    *,
    for_update: bool = False,
    loc: Location = ("path", "id"),
) -> T:
    """Return the row with a primary key, out of those that a `select` finds.

    It is looked for in the database, not among the objects of the session: whoever may not see it,
    because the `select` leaves it out, gets the same 404.

    Args:
        session: The session.
        statement: Which rows there are: `select(Book).where(Book.shop == shop)`.
        key: The primary key.
        for_update: Lock the row until the end of the transaction, so that who changes it at the
            same time waits and is refused, instead of failing. SQLite has one writer anyway.
        loc: Where the key is in the request, for errors.

    Raises:
        HTTPException: 404 when there is none.
        RequestValidationError: When the key is none that the column could have.
    """
    model: type[Any] = statement.column_descriptions[0]["entity"]
    column = attribute(model, key_name(model))
    try:
        fitting = fitted(column.expression, key, stored=False)
    except ValueError as error:
        refused = problem("does_not_fit", loc, f"Input {error}")
        raise RequestValidationError([refused]) from None
    wanted = _locked(statement.where(column == fitting), model, for_update)
    item = (await session.scalars(wanted)).unique().one_or_none()
    if item is None:
        raise missing(model)
    return item


async def find_many(
    session: AsyncSession,
    statement: Select[T],
    keys: Collection[Any],
    *,
    for_update: bool = False,
) -> dict[Any, T]:
    """Return the rows with these primary keys, in one query; those that there are not are left out.

    Args:
        session: The session.
        statement: Which rows there are.
        keys: The primary keys.
        for_update: As in `find_one`.
    """
    model: type[Any] = statement.column_descriptions[0]["entity"]
    name = key_name(model)
    wanted = statement.where(attribute(model, name).in_(keys))
    # Locked in one order, so that two who lock the same rows do not wait for each other.
    ordered = _locked(wanted, model, for_update).order_by(None).order_by(attribute(model, name))
    found = await session.scalars(ordered)
    return {getattr(item, name): item for item in found.unique()}


def missing(model: type[Any]) -> HTTPException:
    """The answer to who asks for a row that is not there."""
    return HTTPException(404, f"There is no {model.__name__} with this id.")


def _locked(statement: Select[T], model: type[Any], for_update: bool) -> Select[T]:
    if not for_update:
        return statement
    # What the session has of the row may be older than the lock.
    return statement.with_for_update(of=model).execution_options(populate_existing=True)
