"""Filters whose values are values.

To MongoDB, `{"$gt": ""}` in the place of a value is a question that every document answers with
yes: whoever can send a dictionary where a password is compared, is in. Here, a value is only ever
compared, whatever it is; an operator is an object that only code can make.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bson import ObjectId
from pydantic import BaseModel

from talarian.exceptions import TalarianError

from .errors import UnstorableValue


@dataclass(frozen=True, slots=True)
class Operator:
    """A comparison with a field other than "equals"."""

    expression: Mapping[str, Any]
    """As MongoDB writes it."""


def at_least(value: Any) -> Operator:
    """The field is this or more."""
    return Operator({"$gte": value})


def at_most(value: Any) -> Operator:
    """The field is this or less."""
    return Operator({"$lte": value})


def above(value: Any) -> Operator:
    """The field is more than this."""
    return Operator({"$gt": value})


def below(value: Any) -> Operator:
    """The field is less than this."""
    return Operator({"$lt": value})


def not_equal(value: Any) -> Operator:
    """The field is not this, or not there."""
    return Operator({"$ne": value})


def one_of(values: Iterable[Any]) -> Operator:
    """The field is one of these."""
    # Among these, a pattern would be applied instead of compared.
    return Operator({"$in": [_not_pattern(value) for value in values]})


def exists(there: bool = True) -> Operator:
    """The field is there, even if it is null."""
    return Operator({"$exists": there})


def starts_with(text: str) -> Operator:
    """The field is a text that begins so. An index of the field serves it.

    Raises:
        UnstorableValue: When the text is longer than a pattern may be.
    """
    return Operator({"$regex": f"^{_escaped(text)}"})


def contains(text: str) -> Operator:
    """The field is a text with this in it, in capitals or not. No index serves it: every document
    that other conditions leave is read.

    Raises:
        UnstorableValue: When the text is longer than a pattern may be.
    """
    return Operator({"$regex": _escaped(text), "$options": "i"})


@dataclass(frozen=True, slots=True)
class Where:
    """Says how a field of `Filters` is compared, and with what.

    year_from: Annotated[int | None, Where("year", at_least)] = None
    """

    field: str
    compare: Callable[[Any], Operator] | None = None


class Filters(BaseModel):
    """The filters of a list, as query parameters: the declared ones and no others.

        class BookFilters(Filters):
            author: str | None = None
            year_from: Annotated[int | None, Where("year", at_least)] = None

        @app.get("/books")
        async def read(filters: Annotated[BookFilters, Query()], books: Books) -> list[Book]:
            return await books.find(filters)

    A filter that is `None` was not asked for. Without a `Where`, the field of the same name is
    equal.
    """

    def conditions(self) -> Iterable[tuple[str, Any]]:
        """The fields of documents, each with what it is compared with."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if value is None:
                continue
            where = next((it for it in field.metadata if isinstance(it, Where)), Where(name))
            yield where.field, where.compare(value) if where.compare else value


def query(filters: Mapping[str, Any] | Filters | None) -> dict[str, Any]:
    """Return a filter as MongoDB writes it. Values are compared, never interpreted.

    Raises:
        TalarianError: When the name of a field is an operator.
    """
    if filters is None:
        return {}
    given = filters.conditions() if isinstance(filters, Filters) else filters.items()
    conditions = [_condition(field, value) for field, value in given]
    fields = {field for condition in conditions for field in condition}
    if len(fields) < len(conditions):  # two conditions on one field
        return {"$and": conditions}
    return {field: value for condition in conditions for field, value in condition.items()}


def literal(value: Any) -> Any:
    """A value for a query that you write out for the driver: compared, whatever it is.

    await books.raw.find_one({"title": literal(title)})
    """
    # What is one of these types cannot be taken for an operator or a pattern.
    return value if type(value) in _PLAIN else {"$eq": _not_pattern(value)}


_PLAIN = frozenset({str, int, float, bool, bytes, datetime, ObjectId, UUID})


def _condition(field: str, value: Any) -> dict[str, Any]:
    if field.startswith("$"):
        raise TalarianError(
            f"A filter is on fields, and {field!r} is an operator of MongoDB. Use the functions of "
            "talarian.mongo (at_least, one_of …), or the driver's collection: books.raw.find(…)."
        )
    expression = dict(value.expression) if isinstance(value, Operator) else literal(value)
    return {"_id" if field == "id" else field: expression}


_LONGEST_TEXT = 4000
"""Characters: MongoDB's patterns have 32,764 bytes at most, and each character may take eight."""


def _escaped(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise UnstorableValue(f"A text to search for has {_LONGEST_TEXT:,} characters at most.")
    # BSON ends a pattern at a null character.
    return re.escape(text).replace("\\\0", r"\x00").replace("\0", r"\x00")


def _not_pattern(value: Any) -> Any:
    if isinstance(value, re.Pattern):
        raise TalarianError(
            "A filter compares values, and a pattern is none. Use starts_with or contains."
        )
    return value
