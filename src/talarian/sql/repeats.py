"""The N+1 problem: one query for a list, and then one more for each thing in it."""

import warnings
from typing import Any

from sqlalchemy import Connection, Engine, event

from .callers import user_lines
from .errors import RepeatedQuery
from .sessions import work_of
from .unshown import REPEATS

_DEPTH = 3
"""How many of the user's lines tell two places apart: a helper that everybody calls is many."""

_warned: dict[str | tuple[str, type[Warning], int], int] = {}
"""Where Python keeps what it has warned of: by default, each place is told once."""


def warn_of_repeats(engine: Engine, limit: int) -> None:
    """Warn when one place sends the same query `limit` times in one unit of work.

    The warning is `RepeatedQuery`, raised at the user's own line, so that Python's filters apply:
    `-W error::talarian.sql.RepeatedQuery` makes it an error.
    """

    def count(
        connection: Connection,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        many: Any,
    ) -> None:
        work = work_of(connection)
        if work is None or not statement.lstrip().upper().startswith("SELECT"):
            return
        if context is not None and context.execution_options.get(REPEATS):
            return
        lines = tuple(line for _, line in zip(range(_DEPTH), user_lines(), strict=False))
        key = (statement, lines)
        work.queries[key] += 1
        if work.queries[key] == limit:
            _warn(work, lines, statement, limit)

    event.listen(engine, "before_cursor_execute", count)


def _warn(work: Any, lines: Any, statement: str, limit: int) -> None:
    line = lines[0] if lines else None
    message = RepeatedQuery(
        f"{work}: the same query ran {limit} times from {line or 'one place'}. Load what it loads "
        "together with the list: .options(selectinload(…)), a join, or one query with IN. "
        f"It was: {' '.join(statement.split())[:300]}"
    )
    if line is None:
        warnings.warn(message, stacklevel=2)
    else:
        warnings.warn_explicit(message, RepeatedQuery, line.file, line.number, registry=_warned)
