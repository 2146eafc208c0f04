"""Relationships from the ids in a request: loaded in one query, and unknown ones refused."""

import enum
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import BigInteger, Column, Integer, Select, SmallInteger, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, RelationshipProperty, Session

from talarian.exceptions import RequestValidationError, TalarianError

Entity = TypeVar("Entity")
Location = Sequence[str | int]

MOST = 1000
"""Ids in one query. Databases have a limit for the number of parameters, and requests should."""


async def related(
    session: AsyncSession, entity: type[Entity], ids: Iterable[Any], *, at: Location = ("body",)
) -> list[Entity]:
    """Load the objects with these primary keys, in this order, in one query.

        book.tags = await related(session, Tag, body.tags, at=("body", "tags"))

    An id that is there twice is one object. Changes of other objects are not flushed: what the
    database refuses of them comes where the endpoint flushes them.

    Args:
        session: The session.
        entity: The mapped class. Its primary key must be one column.
        ids: At most 1,000 of them.
        at: Where the ids are in the request, for the answer to unknown ones.

    Raises:
        RequestValidationError: When there is no object with an id. Answered with 422, and the
            answer names each such id.
    """
    wanted = _Wanted(entity, ids, at)
    if not wanted.possible:
        return wanted.of(())
    with _unflushed(session.sync_session, entity):
        return wanted.of(await session.scalars(wanted.statement))


def related_sync(
    session: Session, entity: type[Entity], ids: Iterable[Any], *, at: Location = ("body",)
) -> list[Entity]:
    """`related` for sync sessions."""
    wanted = _Wanted(entity, ids, at)
    if not wanted.possible:
        return wanted.of(())
    with _unflushed(session, entity):
        return wanted.of(session.scalars(wanted.statement))


async def set_related(
    session: AsyncSession,
    instance: object,
    attribute: InstrumentedAttribute[Any],
    ids: Iterable[Any],
    *,
    at: Location | None = None,
) -> None:
    """Set a collection of an object to the objects with these primary keys.

        await set_related(session, book, Book.tags, body.tags)

    What was in it and is not among them is taken out; of a many-to-many relationship, that is a
    row of the table between. What stays is not touched.

    Args:
        session: The session.
        instance: The object, new or loaded.
        attribute: The relationship: `Book.tags`.
        ids: At most 1,000 primary keys.
        at: Where they are in the request. Without it: in the body, under the attribute's name.

    Raises:
        RequestValidationError: As in `related`.
    """
    prop = _collection(attribute)
    found = await related(session, prop.mapper.class_, ids, at=at or ("body", prop.key))
    if _must_be_loaded(instance, prop.key):
        with _unflushed(session.sync_session, prop.mapper.class_):
            await session.refresh(instance, [prop.key])
    setattr(instance, prop.key, _as_collection(prop, found))


def set_related_sync(
    session: Session,
    instance: object,
    attribute: InstrumentedAttribute[Any],
    ids: Iterable[Any],
    *,
    at: Location | None = None,
) -> None:
    """`set_related` for sync sessions."""
    prop = _collection(attribute)
    found = related_sync(session, prop.mapper.class_, ids, at=at or ("body", prop.key))
    if _must_be_loaded(instance, prop.key):
        with _unflushed(session, prop.mapper.class_):
            session.refresh(instance, [prop.key])
    setattr(instance, prop.key, _as_collection(prop, found))


class _Wanted:
    """The objects that a request names, and the answer when some do not exist."""

    def __init__(self, entity: type[Any], ids: Iterable[Any], at: Location) -> None:
        self._entity = entity
        self._given = list(ids)
        self._at = tuple(at)
        mapper = inspect(entity)
        if len(mapper.primary_key) != 1:
            raise TalarianError(
                f"{entity.__name__} has a primary key of {len(mapper.primary_key)} columns, and an "
                "id is one value. Load its objects with a query of your own."
            )
        if len(self._given) > MOST:
            raise RequestValidationError([self._too_many()])
        self._key = mapper.get_property_by_column(mapper.primary_key[0]).key
        self.possible = [each for each in self._given if _may_be_in(mapper.primary_key[0], each)]

    @property
    def statement(self) -> Select[Any]:
        key = getattr(self._entity, self._key)
        return select(self._entity).where(key.in_(dict.fromkeys(self.possible)))

    def of(self, found: Iterable[Any]) -> list[Any]:
        """The objects in the order of their ids, each once."""
        by_key = {getattr(each, self._key): each for each in found}
        unknown = [place for place, each in enumerate(self._given) if each not in by_key]
        if unknown:
            raise RequestValidationError([self._unknown(place) for place in unknown])
        return [by_key[each] for each in dict.fromkeys(self._given)]

    def _unknown(self, place: int) -> dict[str, Any]:
        given = self._given[place]
        return {
            "type": "unknown_id",
            "loc": (*self._at, place),
            "msg": f"There is no {self._entity.__name__} with the id {given}",
            "input": given,
        }

    def _too_many(self) -> dict[str, Any]:
        return {
            "type": "too_long",
            "loc": self._at,
            "msg": f"There should be at most {MOST} ids",
            "input": len(self._given),
        }


class _Bits(enum.IntEnum):
    SMALL = 15
    INTEGER = 31
    BIG = 63


def _may_be_in(column: Column[Any], given: Any) -> bool:
    """Whether a column could have this value. What it cannot have, drivers refuse to send."""
    if isinstance(given, int):
        bits = _Bits.INTEGER
        if isinstance(column.type, BigInteger):
            bits = _Bits.BIG
        elif isinstance(column.type, SmallInteger):
            bits = _Bits.SMALL
        return not isinstance(column.type, Integer) or -(1 << bits) <= given < 1 << bits
    return not (isinstance(given, str) and "\0" in given)


def _collection(attribute: InstrumentedAttribute[Any]) -> RelationshipProperty[Any]:
    prop = attribute.property
    if not isinstance(prop, RelationshipProperty) or not prop.uselist:
        raise TalarianError(f"{attribute} is not a relationship to many objects.")
    return prop


def _unflushed(session: Session, entity: type[Any]) -> AbstractContextManager[object]:
    """Keep back what was changed, unless the objects that are looked for are among it."""
    among = any(isinstance(each, entity) for each in (*session.new, *session.deleted))
    return nullcontext() if among else session.no_autoflush


def _must_be_loaded(instance: object, name: str) -> bool:
    """Whether it is not known what is in the collection now: SQLAlchemy compares with that."""
    state = inspect(instance)
    return bool(state.persistent) and name in state.unloaded


def _as_collection(prop: RelationshipProperty[Any], found: list[Any]) -> Any:
    return set(found) if prop.collection_class is set else found
