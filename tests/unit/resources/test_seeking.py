"""The SQL of a page: one condition where that is enough for a database, ranges where it is not."""

from typing import Any

import pytest
from sqlalchemy import Dialect, ForeignKey, Select, String, func, make_url, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from talarian.resources import Ordering
from talarian.resources.seeking import seek

DIALECTS: dict[str, Dialect] = {
    name: make_url(f"{name}://").get_dialect()()
    for name in ("sqlite", "postgresql+psycopg", "mariadb+pymysql")
}


class Base(DeclarativeBase):
    pass


class House(Base):
    __tablename__ = "houses"

    id: Mapped[int] = mapped_column(primary_key=True)
    street: Mapped[str]
    number: Mapped[int]
    floors: Mapped[int | None]


class Room(Base):
    __tablename__ = "rooms"

    house_id: Mapped[int] = mapped_column(ForeignKey("houses.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]


class Tool(Base):
    __tablename__ = "tools"

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[int]
    weight: Mapped[int]


def sql(dialect: str, order: Ordering, place: Any, statement: Any = None, **options: Any) -> str:
    selected: Select[Any] = select(order.model) if statement is None else statement
    sought = seek(selected, order, place, DIALECTS[dialect], limit=11, **options)
    return " ".join(str(sought.compile(dialect=DIALECTS[dialect])).split())


# How many ranges there are on SQLite, PostgreSQL and MariaDB.
SHAPES: dict[str, tuple[Ordering, Any, tuple[int, int, int]]] = {
    "the first page": (Ordering(House, House.street), None, (1, 1, 1)),
    "the key alone": (Ordering(House), (7,), (1, 1, 1)),
    "one direction": (Ordering(House, House.street, House.number), ("a", 1, 7), (3, 1, 1)),
    "a key that is no row id": (Ordering(Tool, Tool.kind, Tool.weight), (1, 2, "x"), (1, 1, 1)),
    "two directions": (Ordering(Tool, Tool.kind, Tool.weight.desc()), (1, 2, "x"), (2, 2, 1)),
    "a value, NULL before it": (Ordering(House, House.floors), (2, 7), (2, 1, 1)),
    "a value, NULL behind it": (Ordering(House, House.floors.desc()), (2, 7), (3, 2, 1)),
    "NULL, and no value behind it": (Ordering(House, House.floors.desc()), (None, 7), (1, 1, 1)),
    "NULL, and values behind it": (Ordering(House, House.floors), (None, 7), (2, 2, 1)),
    "NULL at the other end": (Ordering(House, House.floors.nulls_last()), (2, 7), (3, 2, 3)),
    "NULL there, first page": (Ordering(House, House.floors.nulls_last()), None, (1, 1, 2)),
    "a function": (
        Ordering(Tool, func.lower(Tool.code, type_=String).desc(), Tool.weight),
        ("x", 2, "X"),
        (3, 3, 1),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_ranges_only_where_one_condition_is_not_enough(shape: str) -> None:
    order, place, expected = SHAPES[shape]
    assert tuple(sql(each, order, place).count("UNION ALL") + 1 for each in DIALECTS) == expected


def test_an_order_by_another_table_is_one_condition() -> None:
    order = Ordering(Room, House.street, Room.size.desc())
    for dialect in DIALECTS:
        text = sql(dialect, order, ("a", 3, 1, "x"), select(Room).join(House))
        assert "UNION" not in text
        assert text.count(" OR ") >= 1


def test_a_range_is_ordered_as_the_index_has_it() -> None:
    """What has one value in the whole range is no part of the order, and neither is NULL where it
    is not: MariaDB would sort."""
    text = sql("mariadb+pymysql", Ordering(House, House.floors.nulls_last()), (2, 7))
    ranges, _, page = text.rpartition(")")
    assert "ORDER BY houses.id ASC LIMIT" in ranges
    assert "houses.floors > %s ORDER BY houses.floors ASC, houses.id ASC LIMIT" in ranges
    assert "houses.floors IS NULL ORDER BY houses.id ASC LIMIT" in ranges
    assert page.startswith(" ORDER BY houses.floors IS NULL ASC, houses.floors ASC, houses.id ASC")


def test_a_query_that_locks_is_one_condition() -> None:
    """With SKIP LOCKED, it must come to what is behind the locked rows."""
    order = Ordering(House, House.floors.desc())
    for dialect in DIALECTS:
        text = sql(dialect, order, (2, 7), select(House).with_for_update(skip_locked=True))
        assert "UNION" not in text


def test_a_key_of_several_columns_is_compared_as_one() -> None:
    text = sql("sqlite", Ordering(Room, Room.size.desc(), Room.house_id), (3, 1, "x"))
    assert "(rooms.house_id, rooms.name) IN (SELECT" in text
