"""Ordered lists: moving one row changes one row."""

from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, declared_attr, mapped_column
from sqlalchemy.orm.attributes import set_attribute

from talarian.exceptions import TalarianError

from .columns import attribute
from .ordering import Ordering

GAP = 2**32
"""The distance of a new row from its neighbour: 32 rows fit between two, one before the other, and
two thousand million rows at an end."""

_LARGEST = 2**63 - 1


class Positioned:
    """Mixin: `position`, by which an `OrderedList` is ordered. Its values mean nothing else."""

    @declared_attr
    def position(cls) -> Mapped[int]:
        return mapped_column(BigInteger, nullable=False, index=True)


P = TypeVar("P", bound=Positioned)


class OrderedList(Generic[P]):
    """The rows of a model in an order that people make: `tracks = OrderedList(Track, Track.album)`.

    A row that is put between two others gets the number in the middle between theirs. When there is
    none left, the rows of that list are numbered anew, with gaps; that happens after 32 rows have
    been put into the same place, one before the other.

    The neighbours are locked while a row is placed. `Ordering(Track, Track.position)` is the order
    for pages.

    Args:
        model: The mapped class.
        within: The columns whose values say which list a row is in. Without any, all rows are one
            list.
    """

    def __init__(self, model: type[P], *within: InstrumentedAttribute[Any] | Any) -> None:
        attribute(model, "position")
        self.model = model
        self._within: list[InstrumentedAttribute[Any]] = list(within)
        self._position: InstrumentedAttribute[int] = attribute(model, "position")
        self.order = Ordering(model, self._position)

    async def append(self, session: AsyncSession, item: P) -> None:
        """Put a row at the end; a new one, or one that is in the list."""
        last = await session.scalar(self._beside(item, self._position.desc()))
        await self._settle(session, item, after=last, before=None)

    async def prepend(self, session: AsyncSession, item: P) -> None:
        """Put a row at the beginning."""
        first = await session.scalar(self._beside(item, self._position.asc()))
        await self._settle(session, item, after=None, before=first)

    async def place_after(self, session: AsyncSession, item: P, other: P) -> None:
        """Put a row behind another one of the same list."""
        self._same_list(item, other)
        later = self._position > other.position
        following = await session.scalar(self._beside(item, self._position.asc(), later))
        await self._settle(session, item, after=other, before=following)

    async def place_before(self, session: AsyncSession, item: P, other: P) -> None:
        """Put a row in front of another one of the same list."""
        self._same_list(item, other)
        earlier = self._position < other.position
        preceding = await session.scalar(self._beside(item, self._position.desc(), earlier))
        await self._settle(session, item, after=preceding, before=other)

    async def _settle(
        self, session: AsyncSession, item: P, after: P | None, before: P | None
    ) -> None:
        position = _between(after, before)
        if position is None:
            await self._spread(session, item)
            position = _between(after, before)
        if position is None:
            raise TalarianError(f"There is no place left in the list of {self.model.__name__}.")
        # SQLModel's objects take no attributes but their own fields.
        set_attribute(item, "position", position)
        session.add(item)
        await session.flush()

    async def _spread(self, session: AsyncSession, item: P) -> None:
        """Number all rows of a list anew."""
        rows = await session.scalars(self._of_list(item).order_by(*self._order()).with_for_update())
        for number, row in enumerate(rows.all()):
            set_attribute(row, "position", (number + 1) * GAP)
        await session.flush()

    def _beside(
        self, item: P, by: ColumnElement[Any], *conditions: ColumnElement[bool]
    ) -> Select[P]:
        """The next row of the list on one side, the row itself left out."""
        beside = self._of_list(item).where(*conditions).order_by(by).limit(1).with_for_update()
        key = self.order.keys[-1].expression
        own = getattr(item, str(getattr(key, "key")))  # noqa: B009
        return beside if own is None else beside.where(key != own)

    def _of_list(self, item: P) -> Select[P]:
        return select(self.model).where(
            *(column == getattr(item, column.key) for column in self._within)
        )

    def _order(self) -> list[ColumnElement[Any]]:
        return [key.expression for key in self.order.keys]

    def _same_list(self, item: P, other: P) -> None:
        for column in self._within:
            if getattr(item, column.key) != getattr(other, column.key):
                raise TalarianError(
                    f"The two rows of {self.model.__name__} have different values of "
                    f"{column.key}: they are in different lists. Set it first."
                )


def _between(after: Positioned | None, before: Positioned | None) -> int | None:
    """A number between two positions; None if there is none."""
    if after is None:
        position = 0 if before is None else before.position - GAP
    elif before is None:
        position = after.position + GAP
    elif before.position - after.position < 2:
        return None
    else:
        return (after.position + before.position) // 2
    return position if abs(position) <= _LARGEST else None
