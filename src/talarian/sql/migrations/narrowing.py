"""Whether a change of a column's type can lose or refuse values that are there."""

from typing import Any

from sqlalchemy import BigInteger, Date, DateTime, Enum, Float, Integer, Numeric, SmallInteger
from sqlalchemy.sql import sqltypes
from sqlalchemy.types import TypeEngine, Uuid


def loss(before: TypeEngine[Any], after: TypeEngine[Any]) -> str | None:
    """Say what may not fit any more; `None` if everything fits.

    Args:
        before: The type that the column has.
        after: The type that it gets.
    """
    if isinstance(before, Enum) and isinstance(after, Enum):
        gone = [label for label in before.enums if label not in after.enums]
        return f"the value(s) {', '.join(gone)} are gone" if gone else None
    if isinstance(before, sqltypes.String) and isinstance(after, sqltypes.String):
        return _shorter(before.length, after.length)
    if isinstance(before, Integer) and isinstance(after, Integer):
        return "larger numbers do not fit" if _size(after) < _size(before) else None
    if isinstance(before, Numeric) and isinstance(after, Numeric):
        return _less_exact(before, after)
    if isinstance(before, Float | Numeric) and isinstance(after, Float | Numeric):
        return (
            None if isinstance(before, Float) == isinstance(after, Float) else "values are rounded"
        )
    if isinstance(before, DateTime) and isinstance(after, DateTime):
        return None if before.timezone == after.timezone else "the time zone is assumed"
    if isinstance(before, Integer) and isinstance(after, Float | Numeric):
        return None
    if isinstance(before, Date) and isinstance(after, DateTime):
        return None
    if isinstance(after, sqltypes.String) and not isinstance(before, sqltypes.LargeBinary):
        return _shorter(_text_length(before), after.length)
    if before._type_affinity is after._type_affinity:
        return None
    return "values are converted, and some may not be convertible"


def _shorter(before: int | None, after: int | None) -> str | None:
    """Lengths of texts; without one it is unlimited."""
    if after is None or (before is not None and before <= after):
        return None
    return f"texts of more than {after} characters do not fit"


def _less_exact(before: Numeric[Any], after: Numeric[Any]) -> str | None:
    scale = (before.scale or 0, after.scale or 0)
    if after.precision is not None and before.precision is None:
        return "larger numbers do not fit"
    if after.precision is not None and before.precision is not None:
        if after.precision - scale[1] < before.precision - scale[0]:
            return "larger numbers do not fit"
        if scale[1] < scale[0]:
            return "values are rounded"
    return None


_BYTES = {"TINYINT": 1, "SMALLINT": 2, "MEDIUMINT": 3}


def _size(kind: Integer) -> int:
    known = _BYTES.get(type(kind).__name__)
    if known is not None:
        return known
    if isinstance(kind, BigInteger):
        return 8
    return 2 if isinstance(kind, SmallInteger) else 4


def _text_length(kind: TypeEngine[Any]) -> int | None:
    """How many characters the longest value has, where that is known."""
    if isinstance(kind, Uuid):
        return 36
    if isinstance(kind, Integer):
        return 20
    return 32 if isinstance(kind, (Date, DateTime)) else None
