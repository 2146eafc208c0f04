"""What lies behind a place in an order, as ranges of an index.

Behind (A, B, C) in an order by a, b and c are the rows with `a = A and b = B and c > C`, those with
`a = A and b > B`, and those with `a > A`. No row is in two of these ranges, and a database that has
an index of the three columns begins each of them with one look into it. NULL that comes behind a
value is a range of its own, since no comparison finds it. Where a database compares rows with one
look, `a = A and (b, c) > (B, C)` is one range instead of two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Column, ColumnElement, Dialect, Integer, tuple_

from .columns import plain
from .sortkeys import HAS_NULLS_FIRST, SortKey, compared

# The others use no index for it.
_COMPARES_ROWS = frozenset({"postgresql", "sqlite"})


@dataclass(frozen=True, slots=True)
class Range:
    """Some of the rows of an order.

    Args:
        conditions: Which ones. Without any, these are all rows.
        order_by: The order of these rows, in the words in which an index gives it.
    """

    conditions: Sequence[ColumnElement[bool]]
    order_by: Sequence[ColumnElement[Any]]


def everything(keys: Sequence[SortKey], dialect: Dialect) -> list[Range]:
    """The ranges of all rows: two where the database's indexes have NULL at the other end."""
    first = keys[0]
    if first.is_natural(dialect) or dialect.name in HAS_NULLS_FIRST:
        return [_range(keys, (), dialect)]
    present = _range(keys, (), dialect, first.expression.is_not(None))
    return [present, _range(keys, (None,), dialect)]


def behind(
    keys: Sequence[SortKey], place: Sequence[Any], dialect: Dialect, *, inclusive: bool
) -> list[Range]:
    """The ranges of the rows behind a place.

    Args:
        keys: The keys of the order.
        place: Their values.
        dialect: The database's.
        inclusive: With the row at the place itself.
    """
    found: list[Range] = []
    for start, stop in reversed(_runs(keys, place, dialect)):
        key, equal, with_nulls = keys[start], place[:start], (*place[:start], None)
        or_at = inclusive and stop == len(keys)
        if place[start] is not None:
            later = _later(keys[start:stop], place[start:stop], dialect, or_at)
            found.append(_range(keys, equal, dialect, later))
            if key.nullable and not key.nulls_first:
                found.append(_range(keys, with_nulls, dialect))
        else:
            if or_at:
                found.append(_range(keys, with_nulls, dialect))
            if key.nulls_first:
                found.append(_range(keys, equal, dialect, key.expression.is_not(None)))
    return found


def _runs(keys: Sequence[SortKey], place: Sequence[Any], dialect: Dialect) -> list[tuple[int, int]]:
    """Which keys are compared together, as one row: from where to where."""
    if dialect.name not in _COMPARES_ROWS:
        starts = list(range(len(keys)))
    else:
        starts = [
            number
            for number, key in enumerate(keys)
            if number == 0
            or key.descending != keys[number - 1].descending
            or None in place[number - 1 : number + 1]
            # What a comparison of rows leaves out is nevertheless read.
            or (key.nullable and not key.nulls_first)
            or (dialect.name == "sqlite" and _is_row_id(key))
        ]
    if dialect.name == "sqlite":
        # It begins with the first row that is equal. At the end of the order there is only one.
        starts = list(range(starts[-1] + 1))
    return list(pairwise([*starts, len(keys)]))


def _is_row_id(key: SortKey) -> bool:
    """Whether it is what SQLite finds rows by: that has no place in its comparison of rows."""
    column = key.expression
    return (
        isinstance(column, Column)
        and column.primary_key
        and len(column.table.primary_key.columns) == 1
        and isinstance(plain(column.type), Integer)
    )


def _later(
    keys: Sequence[SortKey], values: Sequence[Any], dialect: Dialect, or_at: bool
) -> ColumnElement[bool]:
    bounds = [key.bound(value, dialect) for key, value in zip(keys, values, strict=True)]
    if len(keys) == 1:
        return compared(keys[0].expression, bounds[0], keys[0].descending, or_at)
    row = tuple_(*(key.expression for key in keys))
    return compared(row, tuple_(*bounds), keys[0].descending, or_at)


def _range(
    keys: Sequence[SortKey],
    equal: Sequence[Any],
    dialect: Dialect,
    later: ColumnElement[bool] | None = None,
) -> Range:
    """The rows that have these values of the first keys.

    Args:
        keys: The keys of the order.
        equal: Values of as many of them as there are values.
        dialect: The database's.
        later: A condition for the key after those, which is not true for NULL.
    """
    conditions = [key.at(value, dialect) for key, value in zip(keys, equal, strict=False)]
    # PostgreSQL finds an index by all of its columns. For the others, the NULL of a key that is
    # equal is in the way of the index.
    rest = list(keys if dialect.name == "postgresql" else keys[len(equal) :])
    if later is not None:
        conditions.append(later)
        if dialect.name != "postgresql":
            rest[0] = rest[0].present()
    return Range(conditions, [each for key in rest for each in key.order_by(dialect)])
