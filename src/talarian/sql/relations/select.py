"""Statements that load what a response shows."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Select, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    RelationshipDirection,
    joinedload,
    lazyload,
    load_only,
    selectin_polymorphic,
    selectinload,
)
from sqlalchemy.orm.interfaces import ORMOption

from talarian.exceptions import TalarianError

from ..unshown import ShownBy, View
from .loading import Loading, Models, loading
from .reads import models_in

Entity = TypeVar("Entity")


def select_for(
    response: Any,
    entity: type[Entity],
    *,
    depth: int | None = None,
    all_columns: bool = False,
) -> Select[Entity]:
    """Return `select(entity)` that loads what a response shows, and nothing else.

        @app.get("/books", response_model=list[BookOut])
        async def read_all(session: ReadOnlySession) -> Any:
            return (await session.scalars(select_for(BookOut, Book).order_by(Book.id))).all()

    It is an ordinary statement: add `where`, `order_by`, `limit`, and `options` for what the
    endpoint itself needs. See `shown` for the arguments, and for what is raised.
    """
    options = shown(response, entity, depth=depth, all_columns=all_columns)
    return select(entity).options(*options)


def shown(
    response: Any,
    entity: type[Any],
    *,
    depth: int | None = None,
    all_columns: bool = False,
) -> tuple[ORMOption, ...]:
    """Return the loader options for what a response shows of an entity.

        book = await session.get(Book, book_id, options=shown(BookOut, Book))

    How many queries are sent depends on the response model, not on the number of rows: one that
    joins all many-to-one relationships in, and one for each collection (for each 500 rows of the
    side that has it). Columns that are not shown are left out, but for keys and the version. A
    relationship that is read and not shown is a `LazyLoadError`.

    Args:
        response: The response model, or an annotation with it: `list[BookOut]`.
        entity: The mapped class that it is made of.
        depth: How many levels to load of a model that contains itself. Each is a query.
        all_columns: Load all columns, where the endpoint reads more than it shows.

    Raises:
        TalarianError: When the entity has not what the model shows, when that cannot be loaded
            with it, or when the model contains itself and `depth` is not given.
    """
    models = models_in(response)
    if not models:
        raise TalarianError(f"There is no model in {response!r}: give the response model.")
    if depth is not None and depth < 1:
        raise TalarianError(f"depth={depth}: it is the number of levels, 1 or more.")
    return _shown(models, cast(Hashable, entity), depth, all_columns)


async def load_shown(
    session: AsyncSession, response: Any, instance: Any, *, depth: int | None = None
) -> None:
    """Load what a response shows of one object, which was just made or changed.

        session.add(book := Book(...))
        await load_shown(session, BookOut, book)
        return book

    Changes that were not yet sent to the database are sent first.

    Args:
        session: The object's session.
        response: As in `shown`.
        instance: The object.
        depth: As in `shown`.
    """
    await session.flush()
    entity = type(instance)
    identity = inspect(instance).identity
    options = shown(response, entity, depth=depth, all_columns=True)
    await session.get(entity, identity, options=options, populate_existing=True)


@lru_cache(maxsize=1024)
def _shown(
    models: Models, entity: Any, depth: int | None, all_columns: bool
) -> tuple[ORMOption, ...]:
    view = View(" | ".join(model.__name__ for model in models), depth)
    root = loading(models, entity, depth)
    return (*_options(root, all_columns), ShownBy(view))


def _options(loading: Loading, all_columns: bool) -> list[Any]:
    options: list[Any] = []
    if not (loading.whole or all_columns):
        columns = [getattr(loading.entity, name) for name in sorted(loading.columns)]
        options.append(load_only(*columns))
    if loading.subclasses:
        options.append(selectin_polymorphic(loading.entity, list(loading.subclasses)))
    for (owner, name), related in loading.relations.items():
        strategy = _strategy(owner.relationships[name].direction)
        attribute = getattr(owner.class_, name)
        options.append(strategy(attribute).options(*_options(related, all_columns)))
    options.extend(lazyload(attribute) for attribute in loading.unwanted())
    return options


def _strategy(direction: RelationshipDirection) -> Any:
    # What is one for each row can be joined: the result has no more rows for it. Collections
    # are queries of their own, so that two of them do not multiply.
    return joinedload if direction is RelationshipDirection.MANYTOONE else selectinload
