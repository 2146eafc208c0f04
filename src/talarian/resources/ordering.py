"""Orders that pages can be cut from: total, the same on every database, and comparable in SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Dialect,
    Double,
    Float,
    Numeric,
    UnaryExpression,
    and_,
    cast,
    false,
    literal,
    or_,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeEngine

from talarian.exceptions import TalarianError

from .columns import mapper_of, plain

By = ColumnElement[Any] | InstrumentedAttribute[Any]
"""What a page can be ordered by: `Book.title`, `Book.title.desc()`, and
`func.lower(Book.title, type_=String)`."""

# These compare (a, b) > (1, 2) with one look into an index. MySQL and MariaDB do not, and use the
# index for the same condition written out.
_COMPARES_ROWS = frozenset({"postgresql", "sqlite"})
_HAS_NULLS_FIRST = _COMPARES_ROWS

_COMPARABLE = (int, float, Decimal, str, bytes, date, time, timedelta, UUID, Enum)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order.

    Args:
        expression: The column.
        descending: The largest value first.
        nullable: Whether NULL is among the values.
        nulls_first: Where NULL comes.
    """

    expression: ColumnElement[Any]
    descending: bool
    nullable: bool
    nulls_first: bool

    def reversed(self) -> "SortKey":
        return replace(self, descending=not self.descending, nulls_first=not self.nulls_first)

    def kind(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in which values are read for a cursor, exactly as the database compares them."""
        kind = plain(self.expression.type)
        if dialect.name == "sqlite" and isinstance(kind, Numeric):
            return Double()  # which is what it stores; a rounded decimal would be another place
        return Double() if isinstance(kind, Float) else kind

    def selected(self, dialect: Dialect) -> ColumnElement[Any]:
        """The column as it is read for a cursor."""
        kind = self.kind(dialect)
        if isinstance(kind, Double) and dialect.name != "sqlite":
            # A number of single precision is shown rounded, and compared as it is.
            return cast(self.expression, kind)
        return type_coerce(self.expression, kind)

    def order_by(self, dialect: Dialect) -> Iterator[ColumnElement[Any]]:
        expression = self.expression
        directed = expression.desc() if self.descending else expression.asc()
        # Unless asked, PostgreSQL takes NULL for larger than everything, the others for smaller.
        natural = self.descending == (dialect.name == "postgresql")
        if self.nullable and self.nulls_first != natural:
            if dialect.name in _HAS_NULLS_FIRST:
                directed = directed.nulls_first() if self.nulls_first else directed.nulls_last()
            else:
                absent = expression.is_(None)
                yield absent.desc() if self.nulls_first else absent.asc()
        yield directed

    def at(self, value: Any, dialect: Dialect) -> ColumnElement[bool]:
        """Has this value."""
        if value is None:
            return self.expression.is_(None)
        return self.expression == literal(value, self.kind(dialect))

    def past(self, value: Any, dialect: Dialect, *, or_at: bool = False) -> ColumnElement[bool]:
        """Comes later than this value, or with it."""
        if value is None:
            beyond = self.expression.is_not(None) if self.nulls_first else false()
            return or_(beyond, self.at(None, dialect)) if or_at else beyond
        bound = literal(value, self.kind(dialect))
        later = _compared(self.expression, bound, self.descending, or_at)
        if self.nullable and not self.nulls_first:
            return or_(later, self.expression.is_(None))
        return later


class Ordering:
    """A total order of the rows of a model.

        Ordering(Book, Book.published.desc(), Book.title)

    The primary key is added, so that no two rows are in the same place. NULL counts as smaller
    than every value, on every database, unless `.nulls_last()` or `.nulls_first()` says otherwise.

    Args:
        model: The mapped class.
        by: Columns, or expressions of them, the most important first.

    Raises:
        TalarianError: When something cannot be compared.
    """

    def __init__(self, model: type[Any], *by: By) -> None:
        self.model = model
        keys = [_sort_key(each) for each in by]
        taken = {str(key.expression) for key in keys}
        descending = bool(keys) and keys[-1].descending
        for column in mapper_of(model).primary_key:
            unique = getattr(model, str(mapper_of(model).get_property_by_column(column).key))
            key = _sort_key(unique.desc() if descending else unique)
            if str(key.expression) not in taken:
                keys.append(key)
        self.keys: Sequence[SortKey] = tuple(keys)

    def __repr__(self) -> str:
        shown = (f"{key.expression}{' DESC' if key.descending else ''}" for key in self.keys)
        return f"Ordering({self.model.__name__}, {', '.join(shown)})"

    def fingerprint(self) -> str:
        """The same text for the same order, in every process."""
        return "|".join(
            f"{key.expression} {key.descending:d}{key.nulls_first:d}" for key in self.keys
        )

    def columns(self, dialect: Dialect) -> list[ColumnElement[Any]]:
        """What a query selects besides its rows, to know where each is."""
        return [
            key.selected(dialect).label(f"talarian_key_{number}")
            for number, key in enumerate(self.keys)
        ]

    def order_by(self, dialect: Dialect, *, backward: bool = False) -> list[ColumnElement[Any]]:
        """The ORDER BY of a query."""
        return [each for key in self._directed(backward) for each in key.order_by(dialect)]

    def past(
        self, place: Sequence[Any], dialect: Dialect, *, backward: bool, inclusive: bool
    ) -> ColumnElement[bool]:
        """The condition for rows that come after a place (or before it, going backward).

        Args:
            place: The sort keys of a row; it need not exist any more.
            dialect: The database's.
            backward: Towards the beginning.
            inclusive: With the row at the place itself.
        """
        keys = self._directed(backward)
        if dialect.name in _COMPARES_ROWS and _as_row(keys, place):
            row = tuple_(*(key.expression for key in keys))
            bound = tuple_(
                *(literal(value, key.kind(dialect)) for key, value in zip(keys, place, strict=True))
            )
            return _compared(row, bound, keys[0].descending, inclusive)
        ways = [
            and_(
                *(
                    other.at(value, dialect)
                    for other, value in zip(keys[:n], place[:n], strict=True)
                ),
                key.past(place[n], dialect),
            )
            for n, key in enumerate(keys)
        ]
        if inclusive:
            ways.append(and_(*(k.at(v, dialect) for k, v in zip(keys, place, strict=True))))
        # The first condition follows from the others. It is what lets a database begin at the place
        # instead of at the first row.
        return and_(keys[0].past(place[0], dialect, or_at=True), or_(*ways))

    def dumped(self, values: Sequence[Any], dialect: Dialect) -> tuple[Any, ...]:
        """The values of `columns` as JSON values."""
        return tuple(
            None if value is None else adapter.dump_python(value, mode="json")
            for adapter, value in zip(self._adapters(dialect), values, strict=True)
        )

    def loaded(self, values: Sequence[Any], dialect: Dialect) -> tuple[Any, ...]:
        """The opposite of `dumped`.

        Raises:
            ValueError: When they are not values of these columns.
        """
        return tuple(
            None if value is None else adapter.validate_python(value)
            for adapter, value in zip(self._adapters(dialect), values, strict=True)
        )

    def _directed(self, backward: bool) -> Sequence[SortKey]:
        return [key.reversed() for key in self.keys] if backward else self.keys

    def _adapters(self, dialect: Dialect) -> Iterator[TypeAdapter[Any]]:
        return (_adapter(key.kind(dialect)) for key in self.keys)


def _sort_key(by: By) -> SortKey:
    expression: Any = by.expression if isinstance(by, InstrumentedAttribute) else by
    descending, nulls_first = False, None
    while isinstance(expression, UnaryExpression) and expression.modifier is not None:
        modifier = expression.modifier
        if modifier is operators.desc_op:
            descending = True
        elif modifier in (operators.nulls_first_op, operators.nulls_last_op):
            nulls_first = modifier is operators.nulls_first_op
        expression = expression.element
    if not _is_comparable(plain(expression.type)):
        raise TalarianError(
            f"Pages cannot be ordered by {expression}: its values, of type {expression.type!r}, "
            "have no place in a cursor. Use a column of numbers, text, times or the like; say the "
            "type of a function: func.lower(Book.title, type_=String)."
        )
    return SortKey(
        expression=expression,
        descending=descending,
        nullable=getattr(expression, "nullable", True) is not False,
        nulls_first=not descending if nulls_first is None else nulls_first,
    )


def _is_comparable(kind: TypeEngine[Any]) -> bool:
    try:
        return issubclass(kind.python_type, _COMPARABLE)
    except NotImplementedError:
        return False


def _compared(left: Any, right: Any, descending: bool, or_equal: bool) -> ColumnElement[bool]:
    if descending:
        condition = left <= right if or_equal else left < right
    else:
        condition = left >= right if or_equal else left > right
    compared: ColumnElement[bool] = condition
    return compared


def _as_row(keys: Sequence[SortKey], place: Sequence[Any]) -> bool:
    """Whether a comparison of rows says it: one direction, and no NULL to be found behind."""
    return all(
        key.descending == keys[0].descending
        and value is not None
        and (key.nulls_first or not key.nullable)
        for key, value in zip(keys, place, strict=True)
    )


def _adapter(kind: TypeEngine[Any]) -> TypeAdapter[Any]:
    """Writes and reads values of a column's type."""
    values: Any = kind.python_type
    return _cached_adapter(values)


@cache
def _cached_adapter(values: Any) -> TypeAdapter[Any]:
    return TypeAdapter(values, config=_AS_JSON)


_AS_JSON = ConfigDict(
    ser_json_inf_nan="constants", ser_json_bytes="base64", val_json_bytes="base64"
)
