"""Whether a column's server default in the database is the one in the model."""

import re
from typing import Any

from sqlalchemy import Boolean, Column

_NOW = {"now()", "current_timestamp", "current_timestamp()", "localtimestamp", "localtimestamp()"}
_TRUE, _FALSE = {"true", "1"}, {"false", "0"}


def differ(
    inspected: str | None, declared: str | None, column: Column[Any], dialect: str
) -> bool | None:
    """Compare them as far as the many ways to write one are concerned.

    Args:
        inspected: As the database tells it.
        declared: As the model's would be written for this database.
        column: The model's column.
        dialect: The name of the database.

    Returns:
        False if they are the same; `None` where only the database itself can tell.
    """
    if inspected is None or declared is None:
        # MariaDB says NULL of a column that has none.
        return (inspected in (None, "NULL")) != (declared is None)
    one, other = _plain(inspected), _plain(declared)
    if one == other:
        return False
    both = {one.lower(), other.lower()}
    if both <= _NOW or (isinstance(column.type, Boolean) and (both <= _TRUE or both <= _FALSE)):
        return False
    return None if dialect == "postgresql" else True


def _plain(default: str) -> str:
    """Without the brackets, quotes and casts that one writes and the other does not."""
    text = default.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    text = re.sub(r"::[\w ]+(\(\d+\))?$", "", text)
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]
    return text.replace("''", "'").replace("\\'", "'")
