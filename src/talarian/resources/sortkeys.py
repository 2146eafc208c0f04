"""One key of an order: where its values and NULL come, on every database."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Double,
    Float,
    Numeric,
    cast,
    literal,
    or_,
    true,
    type_coerce,
)
from sqlalchemy.types import TypeEngine

from .columns import plain

HAS_NULLS_FIRST = frozenset({"postgresql", "sqlite"})


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

    def present(self) -> "SortKey":
        """The key in rows where it is not NULL."""
        return replace(self, nullable=False)

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

    def is_natural(self, dialect: Dialect) -> bool:
        """Whether NULL is where the database puts it unless asked: PostgreSQL takes it for larger
        than everything, the others for smaller."""
        natural = self.descending == (dialect.name == "postgresql")
        return not self.nullable or self.nulls_first == natural

    def order_by(self, dialect: Dialect) -> Iterator[ColumnElement[Any]]:
        expression = self.expression
        directed = expression.desc() if self.descending else expression.asc()
        if not self.is_natural(dialect):
            if dialect.name in HAS_NULLS_FIRST:
                directed = directed.nulls_first() if self.nulls_first else directed.nulls_last()
            else:
                absent = expression.is_(None)
                yield absent.desc() if self.nulls_first else absent.asc()
        yield directed

    def bound(self, value: Any, dialect: Dialect) -> ColumnElement[Any]:
        """A value of a cursor in SQL."""
        return literal(value, self.kind(dialect))

    def at(self, value: Any, dialect: Dialect) -> ColumnElement[bool]:
        """Has this value."""
        if value is None:
            return self.expression.is_(None)
        return self.expression == self.bound(value, dialect)

    def from_(self, value: Any, dialect: Dialect) -> ColumnElement[bool]:
        """Has this value, or comes later."""
        if value is None:
            return true() if self.nulls_first else self.expression.is_(None)
        reached = compared(self.expression, self.bound(value, dialect), self.descending, True)
        is_absent_behind = self.nullable and not self.nulls_first
        return or_(reached, self.expression.is_(None)) if is_absent_behind else reached


def compared(left: Any, right: Any, descending: bool, or_equal: bool) -> ColumnElement[bool]:
    """Comes later than a value, or with it. That is never so for NULL."""
    if descending:
        condition = left <= right if or_equal else left < right
    else:
        condition = left >= right if or_equal else left > right
    is_later: ColumnElement[bool] = condition
    return is_later
