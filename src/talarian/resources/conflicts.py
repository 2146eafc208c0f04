"""What a database's constraints refuse, in words that name fields and no SQL."""

import re
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapper

from talarian.exceptions import RequestValidationError

from .columns import mapper_of
from .errors import Refused, problem
from .writing import BODY, Location


class Kind(Enum):
    """Which kind of constraint."""

    UNIQUE = "unique"
    FOREIGN_KEY = "foreign_key"
    CHECK = "check"
    NOT_NULL = "not_null"


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that was violated.

    Args:
        kind: Which kind.
        constraint: Its name, where the database tells.
        fields: The attributes that it is about. Empty when they are those of another class.
    """

    kind: Kind
    constraint: str | None
    fields: Sequence[str]


# https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQL_STATES = {
    "23505": Kind.UNIQUE,
    "23503": Kind.FOREIGN_KEY,
    "23514": Kind.CHECK,
    "23502": Kind.NOT_NULL,
}
# The row that refers to what is not there; 1451 is the row that others refer to.
_MARIADB_UNKNOWN = 1452
# https://mariadb.com/kb/en/mariadb-error-codes/
_MARIADB_CODES = {
    1062: Kind.UNIQUE,
    1451: Kind.FOREIGN_KEY,
    _MARIADB_UNKNOWN: Kind.FOREIGN_KEY,
    4025: Kind.CHECK,
    3819: Kind.CHECK,
    1048: Kind.NOT_NULL,
}
# https://www.sqlite.org/rescode.html
_SQLITE_NAMES = {
    "SQLITE_CONSTRAINT_UNIQUE": Kind.UNIQUE,
    "SQLITE_CONSTRAINT_PRIMARYKEY": Kind.UNIQUE,
    "SQLITE_CONSTRAINT_FOREIGNKEY": Kind.FOREIGN_KEY,
    "SQLITE_CONSTRAINT_TRIGGER": Kind.FOREIGN_KEY,  # RESTRICT
    "SQLITE_CONSTRAINT_CHECK": Kind.CHECK,
    "SQLITE_CONSTRAINT_NOTNULL": Kind.NOT_NULL,
}
# Values out of the range of their column: MariaDB's codes; PostgreSQL's are class 22.
_MISFITS = frozenset({1264, 1292, 1366, 1406})

_MARIADB_KEY = re.compile(r"for key '(?:[^'.]*\.)?([^']*)'$")
_MARIADB_CONSTRAINT = re.compile(r"CONSTRAINT [`']([^`']+)[`']|^CONSTRAINT [`'](?:\w+\.)?(\w+)")
_MARIADB_COLUMNS = re.compile(r"FOREIGN KEY \(([^)]*)\)")
_POSTGRESQL_COLUMNS = re.compile(r"\(([^)]*)\)=")  # the word in front is in the server's language


def violation(error: DBAPIError, model: type[Any]) -> Violation | None:
    """Return what an error says of a constraint; None if it is not known.

    Args:
        error: What a flush or a commit has raised. It need not be an `IntegrityError`: the
            drivers of MariaDB have another one for checks.
        model: The class that was written.
    """
    original: Any = error.orig
    if name := getattr(original, "sqlite_errorname", None):
        return _sqlite(name, str(original), model)
    if kind := _SQL_STATES.get(getattr(original, "sqlstate", None) or ""):
        return _postgresql(kind, original, model)
    if original is not None and original.args:
        return _mariadb(original.args, model)
    return None


@contextmanager
def answering(
    model: type[Any],
    loc: Location = BODY,
    *,
    deleting: bool = False,
    fields: Collection[str] | None = None,
) -> Generator[None, None, None]:
    """Turn what the database refuses into an answer: `with answering(Book): await session.flush()`.

    A unique violation is a 409, and so is deleting what others refer to. A reference to what does
    not exist, a check, and a value out of range are 422. Anything else is raised as it was: it is a
    bug of the application, a 500.

    Args:
        model: The class that is written.
        loc: Where its values are in the request.
        deleting: Whether a row is deleted.
        fields: The attributes that the client can set, `BookIn.model_fields`. Those that the
            application sets are not named. Without it, any may be.

    Raises:
        Refused: The 409; `detail` has an error for each field.
        RequestValidationError: The 422.
    """
    try:
        yield
    except DBAPIError as error:
        found = violation(error, model)
        if found is not None and found.kind is not Kind.NOT_NULL:
            raise _answer(found, loc, deleting, fields) from error
        if _is_misfit(error):
            msg = "A value is out of the range of its column"
            raise RequestValidationError([problem("does_not_fit", loc, msg)]) from error
        raise


def _answer(
    found: Violation, loc: Location, deleting: bool, fields: Collection[str] | None
) -> Exception:
    named = [field for field in found.fields if fields is None or field in fields]
    places = [(*loc, field) for field in named] or [tuple(loc)]
    names = " and ".join(named)
    match found.kind:
        case Kind.UNIQUE:
            msg = f"There is one with this {names} already" if names else "There is one already"
            return Refused(409, *(problem("unique", place, msg) for place in places))
        case Kind.FOREIGN_KEY if deleting or not found.fields:
            msg = "Others still refer to it"
            return Refused(409, problem("referred", ("path", "id") if deleting else loc, msg))
        case Kind.FOREIGN_KEY:
            msg = f"{names or 'It'} refers to something that does not exist"
            errors = [problem("unknown_reference", place, msg) for place in places]
        case _:
            msg = f"It does not meet the rule {found.constraint or names or 'of the database'}"
            errors = [problem("check", place, msg) for place in places]
    return RequestValidationError(errors)


def _is_misfit(error: DBAPIError) -> bool:
    original: Any = error.orig
    state = str(getattr(original, "sqlstate", None) or "")
    code = original.args[0] if original is not None and original.args else None
    # asyncpg's own check of an argument has no state.
    cause = type(getattr(original, "__cause__", None)).__name__
    return state.startswith("22") or code in _MISFITS or cause == "DataError"


def _sqlite(name: str, text: str, model: type[Any]) -> Violation | None:
    kind = _SQLITE_NAMES.get(name)
    if kind is None:
        return None
    if kind is Kind.FOREIGN_KEY:
        # It does not tell which.
        return Violation(kind, None, _attributes(model, _references(model)))
    _, _, rest = text.partition(": ")
    if kind is Kind.CHECK or rest.startswith("index "):
        constraint = rest.removeprefix("index ").strip("'")
        return Violation(kind, constraint, _constrained(model, constraint))
    columns = [each.rpartition(".")[2] for each in rest.split(", ")]
    return Violation(kind, None, _attributes(model, columns))


def _postgresql(kind: Kind, original: Any, model: type[Any]) -> Violation:
    # psycopg has a record of it; asyncpg's own exception is behind the one of the adapter.
    source = getattr(original, "diag", None) or original.__cause__
    constraint = getattr(source, "constraint_name", None)
    fields = _constrained(model, constraint)
    own = getattr(source, "table_name", None) in {table.name for table in _tables(model)}
    if not fields and own and kind in (Kind.UNIQUE, Kind.FOREIGN_KEY):
        detail = getattr(source, "message_detail", None) or getattr(source, "detail", None) or ""
        if key := _POSTGRESQL_COLUMNS.search(detail):
            fields = _attributes(model, key[1].split(", "))
    return Violation(kind, constraint, fields)


def _mariadb(arguments: Sequence[Any], model: type[Any]) -> Violation | None:
    kind = _MARIADB_CODES.get(arguments[0])
    if kind is None:
        return None
    text = str(arguments[1]) if len(arguments) > 1 else ""
    found = (_MARIADB_KEY if kind is Kind.UNIQUE else _MARIADB_CONSTRAINT).search(text)
    constraint = next((group for group in found.groups() if group), None) if found else None
    if constraint == "PRIMARY":
        return Violation(kind, None, _attributes(model, _primary_key(model)))
    # A unique key that nobody has named has the name of its first column.
    fields = _constrained(model, constraint) or _attributes(model, [constraint or ""])
    if not fields and arguments[0] == _MARIADB_UNKNOWN and (key := _MARIADB_COLUMNS.search(text)):
        fields = _attributes(model, key[1].replace("`", "").split(", "))
    return Violation(kind, constraint, fields)


def _tables(model: type[Any]) -> Iterator[Table]:
    return (table for table in mapper_of(model).tables if isinstance(table, Table))


def _constrained(model: type[Any], constraint: str | None) -> list[str]:
    """The attributes that a constraint or an index of this name is about."""
    for table in _tables(model):
        for each in (*table.constraints, *table.indexes):
            if constraint is not None and getattr(each, "name", None) == constraint:
                columns: Any = getattr(each, "columns", ())
                return _attributes(model, [column.name for column in columns])
    return []


def _references(model: type[Any]) -> list[str]:
    return [
        column.name for table in _tables(model) for column in table.columns if column.foreign_keys
    ]


def _primary_key(model: type[Any]) -> list[str]:
    return [column.name for table in _tables(model) for column in table.primary_key]


def _attributes(model: type[Any], names: Sequence[str]) -> list[str]:
    """The attributes of columns, by the columns' names in the database."""
    mapper: Mapper[Any] = mapper_of(model)
    columns: list[Column[Any]] = [c for table in _tables(model) for c in table.columns]
    return [
        str(mapper.get_property_by_column(column).key)
        for column in columns
        if column.name in names and column in mapper.columns.values()
    ]
