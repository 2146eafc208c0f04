"""Search: one text, looked for in several columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, and_, cast, func, literal_column, or_, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from talarian.exceptions import TalarianError

from .columns import attribute

_MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class SearchIn:
    """Marks the field of a filter that is looked for in several columns.

        q: Annotated[str | None, SearchIn("title", "summary")] = None

    Every word must be in one of the columns, in small letters or capitals, anywhere in it. That
    reads the whole table. With a language, PostgreSQL uses its full text search instead, which
    knows the forms of words and can use an index; other databases go on as before.

    Args:
        columns: Names of columns.
        language: A text search configuration of PostgreSQL's: `english`, `simple` …
    """

    columns: Sequence[str]
    language: str | None = None

    def __init__(self, *columns: str, language: str | None = None) -> None:
        if not columns:
            raise TalarianError('SearchIn looks into at least one column: SearchIn("title").')
        if language is not None and not re.fullmatch(r"[a-z_][a-z0-9_]*", language):
            raise TalarianError(f"{language!r} is not the name of a text search configuration.")
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "language", language)

    def condition(self, model: type[Any], text: str) -> ColumnElement[bool]:
        """Return the condition for a search."""
        columns = [attribute(model, name) for name in self.columns]
        words = text.split()[:_MOST_WORDS]
        if not words:
            return true()
        in_words = and_(*(_in_one_of(columns, word) for word in words))
        if self.language is None:
            return in_words
        language: ColumnElement[str] = literal_column(f"'{self.language}'::regconfig")
        document: ColumnElement[str] = func.coalesce(cast(columns[0], String), "")
        for column in columns[1:]:
            document = document + " " + func.coalesce(cast(column, String), "")
        in_full_text = func.to_tsvector(language, document).op("@@", return_type=Boolean())(
            func.websearch_to_tsquery(language, text)
        )
        return _OnPostgreSQL(in_full_text, in_words)


def _in_one_of(columns: Sequence[Any], word: str) -> ColumnElement[bool]:
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


class _OnPostgreSQL(FunctionElement[bool]):
    """The first of two conditions on PostgreSQL, the second elsewhere."""

    name = "on_postgresql"
    type = Boolean()
    inherit_cache = True


@compiles(_OnPostgreSQL)
def _elsewhere(element: _OnPostgreSQL, compiler: Any, **options: Any) -> str:
    _, condition = element.clauses
    text: str = compiler.process(condition.self_group(), **options)
    return text


@compiles(_OnPostgreSQL, "postgresql")
def _on_postgresql(element: _OnPostgreSQL, compiler: Any, **options: Any) -> str:
    condition, _ = element.clauses
    text: str = compiler.process(condition.self_group(), **options)
    return text
