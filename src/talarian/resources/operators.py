"""The operators of filters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement

Column = Any
"""An attribute of a mapped class; what its comparisons give depends on its type."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare a column with what a client sends.

    Args:
        condition: Makes the SQL.
        takes: A value of the column's type, several of them, text, or true and false.
        means: For the documentation: `price` … than this.
    """

    condition: Callable[[Column, Any], ColumnElement[bool]]
    takes: Literal["value", "values", "text", "flag"]
    means: str


def _is_null(column: Column, wanted: bool) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = column.is_(None) if wanted else column.is_not(None)
    return condition


# Text is compared without case: LIKE would do so on SQLite, and not on PostgreSQL. What has a
# meaning in a pattern (% and _) is escaped.
OPERATORS: Mapping[str, Operator] = {
    "eq": Operator(lambda column, value: column == value, "value", "is this"),
    "ne": Operator(lambda column, value: column != value, "value", "is another than this"),
    "lt": Operator(lambda column, value: column < value, "value", "is less than this"),
    "le": Operator(lambda column, value: column <= value, "value", "is this or less"),
    "gt": Operator(lambda column, value: column > value, "value", "is more than this"),
    "ge": Operator(lambda column, value: column >= value, "value", "is this or more"),
    "in": Operator(lambda column, values: column.in_(values), "values", "is one of these"),
    "is_null": Operator(_is_null, "flag", "is missing (true) or there (false)"),
    "contains": Operator(
        lambda column, text: column.icontains(text, autoescape=True),
        "text",
        "contains this, in small letters or capitals",
    ),
    "startswith": Operator(
        lambda column, text: column.istartswith(text, autoescape=True),
        "text",
        "begins with this, in small letters or capitals",
    ),
}

EXACT = ("eq", "in")
RANGE = ("eq", "lt", "le", "gt", "ge")
TEXT = ("eq", "contains", "startswith")
