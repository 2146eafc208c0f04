"""Queries that begin at a place in an order, whatever is before it.

Given `a = A and b > B or a > A`, databases read from the first row with `a = A`; asked for NULL
where their index does not have it, they sort the table. But in each of the ranges that the
condition is made of they do begin at the place. So a query of several ranges takes as many rows as
are wanted from each, by their primary keys, and sorts these few candidates.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Select, and_, column, or_, select, tuple_, union_all

from .ordering import Ordering
from .ranges import Range, behind, everything

# They take such a condition apart by themselves, if their index has NULL where the order has it.
_FINDS_RANGES = frozenset({"mysql", "mariadb"})


def seek(
    statement: Select[Any],
    order: Ordering,
    place: Sequence[Any] | None,
    dialect: Dialect,
    *,
    limit: int,
    backward: bool = False,
    inclusive: bool = False,
) -> Select[Any]:
    """Return the query for the rows that come after a place (or before it, going backward).

    Args:
        statement: A `select` of the order's model, without order and limit.
        order: The order.
        place: The sort keys of a row; it need not exist any more. None stands for the end of the
            order that the direction goes away from.
        dialect: The database's.
        limit: How many rows.
        backward: Towards the beginning, the nearest row first.
        inclusive: With the row at the place itself.
    """
    keys = order.directed(backward=backward)
    if place is None:
        ranges = everything(keys, dialect)
    else:
        ranges = behind(keys, place, dialect, inclusive=inclusive)
    if len(ranges) == 1:
        return _first_of(statement, ranges[0], limit)
    if _asks_each(statement, order, dialect):
        conditions = [_is_candidate(statement, order, ranges, limit)]
    elif place is None:
        conditions = []
    else:
        # The first condition follows from the other. It is what lets a database begin at the value
        # of the first key.
        within = or_(*(and_(*each.conditions) for each in ranges))
        conditions = [keys[0].from_(place[0], dialect), within]
    found = Range(conditions, order.order_by(dialect, backward=backward))
    return _first_of(statement, found, limit)


def _asks_each(statement: Select[Any], order: Ordering, dialect: Dialect) -> bool:
    """Whether the ranges are asked one by one."""
    if dialect.name in _FINDS_RANGES and all(key.is_natural(dialect) for key in order.keys):
        return False
    # A place that depends on another table cannot be looked up by the primary key. A candidate
    # that SKIP LOCKED leaves out would be missed; there is no public way to ask for that.
    return order.is_of_model and statement._for_update_arg is None


def _first_of(statement: Select[Any], rows: Range, limit: int) -> Select[Any]:
    return statement.where(*rows.conditions).order_by(None).order_by(*rows.order_by).limit(limit)


def _is_candidate(
    statement: Select[Any], order: Ordering, ranges: Sequence[Range], limit: int
) -> ColumnElement[bool]:
    """Is one of the first rows of one of the ranges."""
    keys = [key.expression for key in order.keys]
    # DISTINCT wants the columns of ORDER BY among those that are selected.
    labels = [key.label(f"key_{number}") for number, key in enumerate(keys)]
    of_keys = statement.with_only_columns(*labels, maintain_column_froms=True)
    unique: list[ColumnElement[Any]] = [column(f"key_{number}") for number in order.unique]
    # SQLite takes LIMIT in a UNION only with a SELECT around it, MariaDB so in IN.
    firsts = [
        select(*unique).select_from(_first_of(of_keys, each, limit).subquery()) for each in ranges
    ]
    found = select(*unique).select_from(union_all(*firsts).subquery())
    return _as_one([keys[number] for number in order.unique]).in_(found)


def _as_one(columns: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    return columns[0] if len(columns) == 1 else tuple_(*columns)
