"""Soft deletion: rows that are marked instead of deleted, and that queries leave out."""

from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import (
    Mapped,
    ORMExecuteState,
    Session,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.orm.attributes import set_attribute

from .moments import Moment, now

INCLUDE_DELETED = "include_deleted"
"""The execution option with which a query finds deleted rows, too:
`select(Book).execution_options(include_deleted=True)`."""


class SoftDelete:
    """Mixin: `deleted_at`. Every `select` leaves out rows that have it, loading of relationships
    included, unless it has the execution option `include_deleted=True`.

    `update()` and `delete()` statements are as they are written, and so is `session.delete`. An
    object that the session has already is returned by `session.get` even when it was deleted.

    A unique column stays taken by a deleted row. Make the index unique among the others, where the
    database can (PostgreSQL, SQLite): `Index("uq_books_title", "title", unique=True,
    postgresql_where=text("deleted_at IS NULL"), sqlite_where=text("deleted_at IS NULL"))`. The
    price: a row cannot be restored when its place is taken (a 409).
    """

    @declared_attr
    def deleted_at(cls) -> Mapped[datetime | None]:
        return mapped_column(Moment(), default=None, nullable=True, index=True)


def soft_delete(item: SoftDelete) -> None:
    """Mark an object as deleted; what has been marked stays as it is."""
    if item.deleted_at is None:
        # SQLModel's objects take no attributes but their own fields.
        set_attribute(item, "deleted_at", now())


def restore(item: SoftDelete) -> None:
    """Take the mark away."""
    set_attribute(item, "deleted_at", None)


def _not_deleted(cls: type[SoftDelete]) -> Any:
    return cls.deleted_at.is_(None)


_CRITERIA = with_loader_criteria(SoftDelete, _not_deleted, include_aliases=True)


@event.listens_for(Session, "do_orm_execute")
def _leave_out(state: ORMExecuteState) -> None:
    # The criteria go along from a query to the loading of relationships of what it has found.
    if (
        state.is_select
        and not state.is_column_load
        and not state.is_relationship_load
        and not state.execution_options.get(INCLUDE_DELETED, False)
        and SoftDelete.__subclasses__()
    ):
        state.statement = state.statement.options(_CRITERIA)
