"""Orders that pages can be cut from: total, the same on every database, and comparable in SQL."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import ColumnClause, ColumnElement, Dialect, UnaryExpression
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql import operators
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from talarian.exceptions import TalarianError

from .columns import mapper_of, plain
from .sortkeys import SortKey

By = ColumnElement[Any] | InstrumentedAttribute[Any]
"""What a page can be ordered by: `Book.title`, `Book.title.desc()`, and
`func.lower(Book.title, type_=String)`."""

_COMPARABLE = (int, float, Decimal, str, bytes, date, time, timedelta, UUID, Enum)


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
        names = [str(key.expression) for key in keys]
        descending = bool(keys) and keys[-1].descending
        unique: list[int] = []
        for column in mapper_of(model).primary_key:
            attribute = getattr(model, str(mapper_of(model).get_property_by_column(column).key))
            key = _sort_key(attribute.desc() if descending else attribute)
            if str(key.expression) not in names:
                keys.append(key)
                names.append(str(key.expression))
            unique.append(names.index(str(key.expression)))
        self.keys: Sequence[SortKey] = tuple(keys)
        self.unique: Sequence[int] = tuple(unique)
        """Which of the keys are the primary key."""
        self.is_of_model = all(_is_of(model, key.expression) for key in keys)
        """Whether a row of the model has one place, whatever it is joined with."""

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
        return [each for key in self.directed(backward=backward) for each in key.order_by(dialect)]

    def directed(self, *, backward: bool) -> Sequence[SortKey]:
        """The keys of the order, or of its opposite."""
        return [key.reversed() for key in self.keys] if backward else self.keys

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


def _is_of(model: type[Any], expression: ColumnElement[Any]) -> bool:
    tables = mapper_of(model).tables
    columns = (each for each in iterate(expression) if isinstance(each, ColumnClause))
    return all(column.table in tables for column in columns)


def _is_comparable(kind: TypeEngine[Any]) -> bool:
    try:
        return issubclass(kind.python_type, _COMPARABLE)
    except NotImplementedError:
        return False


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
