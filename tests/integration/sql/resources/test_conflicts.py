"""What constraints refuse, of models whose constraints have no names."""

from collections.abc import Generator

import pytest
from sqlalchemy import ForeignKey, String
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from talarian.exceptions import RequestValidationError
from talarian.resources import Refused, answering
from talarian.sql import Database


class Nameless(DeclarativeBase):
    """Without a naming convention: the database makes the names."""


class Shelf(Nameless):
    __tablename__ = "con_shelves"

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[int] = mapped_column(unique=True)


class Box(Nameless):
    __tablename__ = "con_boxes"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(20), unique=True)
    shelf: Mapped[int] = mapped_column("shelf_id", ForeignKey("con_shelves.id"))


@pytest.fixture
def boxes(url: str) -> Generator[Database, None, None]:
    """A shelf with a box."""
    db = Database(url, models=Nameless)
    Nameless.metadata.drop_all(db.sync_engine)
    Nameless.metadata.create_all(db.sync_engine)
    with db.sync_transaction() as session:
        session.add(Shelf(id=1, room=1))
        session.flush()
        session.add(Box(label="a", shelf=1))
    yield db
    Nameless.metadata.drop_all(db.sync_engine)
    db.close_sync()


def refused(db: Database, box: Box) -> list[tuple[str, list[str]]]:
    """What is wrong with a new box."""
    with db.sync_transaction() as session:
        session.add(box)
        try:
            with answering(Box):
                session.flush()
        except (Refused, RequestValidationError) as error:
            errors = error.errors if isinstance(error, Refused) else error.errors()
            session.rollback()
            return [(each["type"], each["loc"]) for each in errors]
    pytest.fail("it was not refused")


def test_its_fields_are_named(boxes: Database) -> None:
    assert refused(boxes, Box(label="a", shelf=1)) == [("unique", ["body", "label"])]
    assert refused(boxes, Box(label="b", shelf=9)) == [("unknown_reference", ["body", "shelf"])]


def test_others_that_refer_to_it(boxes: Database) -> None:
    with boxes.sync_transaction() as session:
        session.delete(session.get_one(Shelf, 1))
        with pytest.raises(Refused, match="referred"), answering(Shelf, deleting=True):
            session.flush()
        session.rollback()
        session.get_one(Shelf, 1).id = 2
        with pytest.raises(Refused, match="referred"), answering(Shelf):
            session.flush()
        session.rollback()


def test_null_is_a_mistake_of_the_application(boxes: Database) -> None:
    with boxes.sync_transaction() as session:
        session.add(Box(label="b"))
        with pytest.raises(DBAPIError), answering(Box):
            session.flush()
        session.rollback()
