"""Property: what `seek` finds is what comes next in the whole list, for any order and statement."""

from collections.abc import Callable, Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import ForeignKey, Select, String, delete, func, insert, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    contains_eager,
    joinedload,
    mapped_column,
    selectinload,
)

from talarian.resources import Ordering, soft_delete
from talarian.resources.seeking import seek
from talarian.sql import Database
from tests.integration.sql.conftest import MakeDatabase
from tests.integration.sql.resources.library import Novel, NovelFilters, Writer


class Beach(DeclarativeBase):
    pass


class Grain(Beach):
    """Anything may be NULL but the key, which has two columns."""

    __tablename__ = "res_grains"

    x: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    y: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    a: Mapped[int | None]
    b: Mapped[int | None]
    c: Mapped[int]


class Rock(Beach):
    __tablename__ = "res_rocks"
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "rock"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    weight: Mapped[int]


class Gem(Rock):
    """In two tables, and the order has columns of both."""

    __tablename__ = "res_gems"
    __mapper_args__ = {"polymorphic_identity": "gem"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(ForeignKey("res_rocks.id"), primary_key=True)
    carat: Mapped[int | None]


@st.composite
def orders(draw: st.DrawFn) -> Ordering:
    names = draw(st.lists(st.sampled_from("abcxy"), max_size=4, unique=True))
    keys: list[Any] = []
    for name in names:
        column = getattr(Grain, name)
        directed = column.desc() if draw(st.booleans()) else column.asc()
        nulls = draw(st.sampled_from(["as they are", "first", "last"]))
        if nulls != "as they are":
            directed = directed.nulls_first() if nulls == "first" else directed.nulls_last()
        keys.append(directed)
    return Ordering(Grain, *keys)


@pytest.fixture
def db(make_database: MakeDatabase) -> Generator[Database, None, None]:
    """One that says nothing of one query that is sent for each row."""
    db = make_database(query_warnings=False)
    Beach.metadata.drop_all(db.sync_engine)
    Beach.metadata.create_all(db.sync_engine)
    yield db
    db.close_sync()


few = st.integers(1, 2)
grains = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.fixed_dictionaries({"a": st.none() | few, "b": st.none() | few, "c": few}),
    min_size=1,
)


def check(session: Session, statement: Select[Any], order: Ordering, limit: int) -> None:
    """From each row of the list, in both directions, with the row and without it; and both ends."""
    dialect = session.get_bind().dialect
    keys = order.columns(dialect)
    listed = session.execute(statement.add_columns(*keys).order_by(*order.order_by(dialect)))
    rows = [tuple(row) for row in listed.unique()]

    def found(place: Any, **options: bool) -> list[Any]:
        sought = seek(statement, order, place, dialect, limit=limit, **options)
        return [tuple(row) for row in session.execute(sought.add_columns(*keys)).unique()]

    assert found(None) == rows[:limit]
    assert found(None, backward=True) == rows[::-1][:limit]
    for number, row in enumerate(rows):
        place = row[1:]
        before = rows[:number][::-1]
        assert found(place) == rows[number + 1 :][:limit]
        assert found(place, inclusive=True) == rows[number:][:limit]
        assert found(place, backward=True) == before[:limit]
        assert found(place, backward=True, inclusive=True) == [row, *before][:limit]


def test_any_order(db: Database) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(rows=grains, order=orders(), limit=st.integers(1, 4))
    def checked(rows: Any, order: Ordering, limit: int) -> None:
        with db.sync_transaction() as session:
            session.execute(delete(Grain))
            values = [{"x": x, "y": y, **others} for (x, y), others in rows.items()]
            session.execute(insert(Grain), values)
            check(session, select(Grain), order, limit)

    checked()


def test_a_model_in_two_tables(db: Database) -> None:
    with db.sync_transaction() as session:
        for number in range(12):
            session.add(Gem(weight=number % 3, carat=None if number % 2 else number % 4))
            session.add(Rock(weight=number % 3))
    with db.sync_transaction() as session:
        check(session, select(Gem), Ordering(Gem, Gem.carat.desc(), Gem.weight), limit=2)
        check(session, select(Rock), Ordering(Rock, Rock.weight, Rock.id.desc()), limit=2)


NOVELS = Ordering(Novel, Novel.length.desc(), Novel.price)
WRITERS = Ordering(Writer, func.length(Writer.name, type_=Novel.id.type).desc(), Writer.name)

STATEMENTS: dict[str, Callable[[], tuple[Select[Any], Ordering]]] = {
    "plain": lambda: (select(Novel), NOVELS),
    "filtered": lambda: (select(Novel).where(Novel.price < 3), NOVELS),
    "with deleted ones": lambda: (
        select(Novel).execution_options(include_deleted=True),
        NOVELS,
    ),
    "distinct": lambda: (select(Novel).distinct(), NOVELS),
    "locked": lambda: (select(Novel).with_for_update(), NOVELS),
    "locked, of": lambda: (select(Novel).with_for_update(of=Novel, skip_locked=True), NOVELS),
    "joined": lambda: (select(Novel).join(Novel.writer).where(Writer.name == "Jo"), NOVELS),
    "joined with many": lambda: (select(Writer).join(Writer.novels).distinct(), WRITERS),
    "grouped": lambda: (
        select(Writer).join(Writer.novels).group_by(Writer.id).having(func.count() > 3),
        WRITERS,
    ),
    "searched": lambda: (NovelFilters(q="plain").apply(select(Novel)), NOVELS),
    "filtered by another table": lambda: (
        NovelFilters(writer__name="Jo").apply(select(Novel)),
        NOVELS,
    ),
    "one loaded": lambda: (select(Novel).options(joinedload(Novel.writer)), NOVELS),
    "many loaded": lambda: (select(Writer).options(joinedload(Writer.novels)), WRITERS),
    "many loaded later": lambda: (select(Writer).options(selectinload(Writer.novels)), WRITERS),
    "joined and loaded": lambda: (
        select(Novel).join(Novel.writer).options(contains_eager(Novel.writer)),
        NOVELS,
    ),
    "ordered by another table": lambda: (
        select(Novel).join(Novel.writer),
        Ordering(Novel, Writer.name.desc(), Novel.length),
    ),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_any_statement(db: Database, name: str) -> None:
    with db.sync_transaction() as session:
        writers = [Writer(name=name) for name in ("Jo", "Ann", "Theodora", "Bo")]
        for number in range(20):
            novel = Novel(title=f"N{number:02}", price=number % 5, writer=writers[number % 3])
            novel.length = None if number % 2 else number % 3
            novel.summary = "a plain story" if number % 4 else ""
            session.add(novel)
            if number % 7 < 2:  # more deleted ones side by side than there are rows in a page
                soft_delete(novel)
    with db.sync_transaction() as session:
        check(session, *STATEMENTS[name](), limit=2)
