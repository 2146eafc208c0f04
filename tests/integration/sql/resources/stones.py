"""A table with an index for each of many orders, and where such an order is hard to begin in the
middle: few values in front, NULL at either end, columns in different directions."""

from typing import Any

from sqlalchemy import Dialect, Index
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from talarian.resources import Ordering


class Quarry(DeclarativeBase):
    """Apart from the other tests' models, which have their tables made anew for each test."""


class Stone(Quarry):
    __tablename__ = "res_stones"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[int]
    """One of three: most rows are equal."""
    colour: Mapped[int]
    """One of two."""
    weight: Mapped[int]
    """Different for nearly all."""
    size: Mapped[int | None]
    """NULL in every second row, and one of three otherwise."""
    height: Mapped[int | None]
    """NULL in every second row, and different for all others."""


def stone(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "kind": number % 3,
        "colour": number % 2,
        "weight": number // 2,
        "size": None if number % 4 < 2 else number % 3,
        "height": None if number % 4 < 2 else number,
    }


ORDERS = {
    "key": Ordering(Stone),
    "key, descending": Ordering(Stone, Stone.id.desc()),
    "few values": Ordering(Stone, Stone.kind),
    "few values, descending": Ordering(Stone, Stone.kind.desc()),
    "few values, then many": Ordering(Stone, Stone.kind, Stone.weight),
    "few values twice": Ordering(Stone, Stone.kind, Stone.colour),
    "descending": Ordering(Stone, Stone.kind.desc(), Stone.weight.desc()),
    "many values": Ordering(Stone, Stone.weight.desc()),
    "mixed": Ordering(Stone, Stone.weight.desc(), Stone.kind),
    "mixed behind few values": Ordering(Stone, Stone.kind, Stone.weight.desc()),
    "mixed twice": Ordering(Stone, Stone.kind, Stone.colour.desc(), Stone.id),
    "NULL in front": Ordering(Stone, Stone.size),
    "NULL at the end": Ordering(Stone, Stone.size.desc()),
    "nulls_last": Ordering(Stone, Stone.size.nulls_last()),
    "nulls_first": Ordering(Stone, Stone.size.desc().nulls_first()),
    "NULL in front of many values": Ordering(Stone, Stone.height),
    "NULL behind many values": Ordering(Stone, Stone.height.desc()),
    "nulls_last, many values": Ordering(Stone, Stone.height.nulls_last()),
    "NULL inside": Ordering(Stone, Stone.kind, Stone.size),
    "NULL inside, mixed": Ordering(Stone, Stone.kind, Stone.size.desc()),
    "NULL in front, mixed": Ordering(Stone, Stone.size, Stone.weight.desc()),
    "nulls_last, mixed": Ordering(Stone, Stone.size.nulls_last(), Stone.weight.desc()),
}


# One condition is enough, but on SQLite, which has two or three ranges.
ONE_CONDITION = {
    "key",
    "key, descending",
    "few values, then many",
    "descending",
    "many values",
}


def _is_elsewhere(*_: Any, dialect: Dialect, **__: Any) -> bool:
    return dialect.name != "postgresql"


def _add_index(name: str, order: Ordering) -> None:
    """The index of an order. PostgreSQL must be told where NULL is in it; the others have NULL in
    front of all values, and know no words for it."""
    directed = [
        key.expression.desc() if key.descending else key.expression.asc() for key in order.keys
    ]
    placed = [
        each if not key.nullable else each.nulls_first() if key.nulls_first else each.nulls_last()
        for each, key in zip(directed, order.keys, strict=True)
    ]
    number = list(ORDERS).index(name)
    Index(f"ix_res_stones_{number}_nulls", *placed).ddl_if("postgresql")
    Index(f"ix_res_stones_{number}", *directed).ddl_if(callable_=_is_elsewhere)


for _name, _order in ORDERS.items():
    _add_index(_name, _order)
