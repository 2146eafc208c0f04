"""What a mapped class has, and which values its columns can hold.

Databases differ in what they do with a value that does not fit: SQLite keeps it, MariaDB cuts it or
refuses it, PostgreSQL refuses it, drivers raise errors of their own. `fitted` asks the same of all,
before a statement is sent.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    SmallInteger,
    String,
    inspect,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapper
from sqlalchemy.types import TypeDecorator, TypeEngine

from talarian.exceptions import TalarianError

_BITS: Mapping[type[Integer], int] = {SmallInteger: 16, BigInteger: 64, Integer: 32}
# More than any column has; a million digits are an attack.
_MOST_DIGITS = 1000


def mapper_of(model: type[Any]) -> Mapper[Any]:
    """Return a class's mapper.

    Raises:
        TalarianError: When it is not a mapped class.
    """
    mapper: Mapper[Any] | None = inspect(model, raiseerr=False)
    if not isinstance(mapper, Mapper):
        raise TalarianError(
            f"{model.__name__} is not a mapped class: derive it from talarian.sql.Base, or with "
            "SQLModel say table=True."
        )
    return mapper


def attribute(model: type[Any], name: str) -> InstrumentedAttribute[Any]:
    """Return the attribute of a column.

    Raises:
        TalarianError: When the class has no column of that name. The text lists those it has.
    """
    columns = mapper_of(model).column_attrs
    if name not in columns:
        known = ", ".join(sorted(columns.keys()))
        raise TalarianError(f"{model.__name__} has no column {name!r}. It has: {known}.")
    found: InstrumentedAttribute[Any] = getattr(model, name)
    return found


def key_name(model: type[Any]) -> str:
    """Return the attribute that is the primary key.

    Raises:
        TalarianError: When there is not exactly one.
    """
    mapper = mapper_of(model)
    if len(mapper.primary_key) != 1:
        names = ", ".join(column.name for column in mapper.primary_key)
        raise TalarianError(
            f"{model.__name__} has a primary key of several columns ({names}). Write the "
            "endpoints of such a resource yourself; filters, pages and versions work with it."
        )
    return str(mapper.get_property_by_column(mapper.primary_key[0]).key)


def plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type that the database sees of a type that Python code wraps."""
    return plain(kind.impl_instance) if isinstance(kind, TypeDecorator) else kind


def python_type(column: ColumnElement[Any]) -> Any:
    """Return the Python type of a column's values; `Any` if the column's type does not say.

    Integers have the bounds of their column, so that what is too large is a 422.
    """
    try:
        found: type[Any] = column.type.python_type
    except NotImplementedError:
        return Any
    bits = _bits(plain(column.type))
    if found is int and bits:
        return Annotated[int, Field(ge=-(2 ** (bits - 1)), le=2 ** (bits - 1) - 1)]
    return found


def fitted(column: ColumnElement[Any], value: Any, *, stored: bool) -> Any:
    """Return a value in the form in which a column holds it.

    A time with a time zone becomes UTC, and one without is taken for UTC: a column that knows no
    time zones (all of SQLite's and MariaDB's) would forget which it was.

    Args:
        column: The column that it is for.
        value: Of any type. What the column's type says nothing about is returned as it is.
        stored: Whether it will be stored there, or only compared with what is.

    Raises:
        ValueError: When no such column can hold it. The text says why.
    """
    kind = plain(column.type)
    for types, fit in _FITS:
        if isinstance(value, types):
            return fit(kind, value, stored)
    return value


def _fit_integer(kind: TypeEngine[Any], value: int, stored: bool) -> int:
    bits = _bits(kind)
    if bits and not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise ValueError(f"must be between {-(2 ** (bits - 1))} and {2 ** (bits - 1) - 1}")
    return value


def _fit_text(kind: TypeEngine[Any], value: str, stored: bool) -> str:
    if "\x00" in value:
        raise ValueError("must not contain a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("must be valid Unicode") from None
    if stored and isinstance(kind, String) and kind.length and len(value) > kind.length:
        raise ValueError(f"must have at most {kind.length} characters")
    return value


def _fit_decimal(kind: TypeEngine[Any], value: Decimal, stored: bool) -> Decimal:
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        raise ValueError("must be a number of sensible size")
    if stored and isinstance(kind, Numeric) and kind.precision is not None:
        before = kind.precision - (kind.scale or 0)
        if round(abs(value), kind.scale or 0) >= 10**before:
            raise ValueError(f"must have at most {before} digits before the decimal point")
    return value


def _fit_float(kind: TypeEngine[Any], value: float, stored: bool) -> float:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("must be a finite number")
    return value


def _fit_time(kind: TypeEngine[Any], value: datetime, stored: bool) -> datetime:
    if not isinstance(kind, DateTime):
        return value
    try:
        moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must be in the years 1 to 9999 of UTC") from None
    return moment if kind.timezone else moment.replace(tzinfo=None)


def _as_it_is(kind: TypeEngine[Any], value: Any, stored: bool) -> Any:
    return value


_FITS: tuple[tuple[type[Any], Callable[[TypeEngine[Any], Any, bool], Any]], ...] = (
    (bool, _as_it_is),  # which is an int, too
    (int, _fit_integer),
    (str, _fit_text),
    (Decimal, _fit_decimal),
    (float, _fit_float),
    (datetime, _fit_time),
)


def _bits(kind: TypeEngine[Any]) -> int | None:
    for known, bits in _BITS.items():
        if isinstance(kind, known):
            return bits
    return None
