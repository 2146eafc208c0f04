"""A table with all that makes an order difficult: equal values, NULL, capitals, rounding."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Float, Numeric, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from talarian import Talarian
from talarian.resources import (
    Moment,
    OffsetPage,
    OffsetPaging,
    OffsetSlice,
    Ordering,
    Page,
    Paging,
    Resources,
    Slice,
)
from talarian.sql import Base, Database, ReadOnlySession


class Leaf(Base):
    __tablename__ = "res_leaves"

    id: Mapped[int] = mapped_column(primary_key=True)
    small: Mapped[int]
    number: Mapped[int | None]
    word: Mapped[str] = mapped_column(String(20))
    price: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    share: Mapped[float]
    ratio: Mapped[float] = mapped_column(Float(24))
    moment: Mapped[datetime | None] = mapped_column(Moment())


ORDERS = (
    Ordering(Leaf),
    Ordering(Leaf, Leaf.id.desc()),
    Ordering(Leaf, Leaf.small),
    Ordering(Leaf, Leaf.small.desc(), Leaf.word.desc()),
    Ordering(Leaf, Leaf.small.desc(), Leaf.word),
    Ordering(Leaf, Leaf.number),
    Ordering(Leaf, Leaf.number.desc()),
    Ordering(Leaf, Leaf.number.nulls_last(), Leaf.small),
    Ordering(Leaf, Leaf.number.desc().nulls_first(), Leaf.price),
    Ordering(Leaf, Leaf.word, Leaf.moment.desc(), Leaf.number),
    Ordering(Leaf, Leaf.price.desc(), Leaf.share),
    Ordering(Leaf, Leaf.share, Leaf.moment),
    Ordering(Leaf, Leaf.ratio, Leaf.word.desc()),
    Ordering(Leaf, func.lower(Leaf.word, type_=String).desc()),
)


def tree(db: Database) -> Talarian:
    """Pages of leaves in any of the orders, with the parts alone."""
    app = Talarian(extensions=[db, Resources()])

    @app.get("/leaves/{order}", response_model=Page[int])
    async def read(order: int, session: ReadOnlySession, paging: Paging) -> Slice[int]:
        found = await paging.page(session, select(Leaf), ORDERS[order])
        return Slice([leaf.id for leaf in found.items], found.next, found.previous)

    @app.get("/numbered/{order}", response_model=OffsetPage[int])
    async def read_numbered(
        order: int, session: ReadOnlySession, paging: OffsetPaging
    ) -> OffsetSlice[int]:
        found = await paging.page(session, select(Leaf), ORDERS[order])
        return OffsetSlice([leaf.id for leaf in found.items], found.skip, found.limit, found.total)

    return app
