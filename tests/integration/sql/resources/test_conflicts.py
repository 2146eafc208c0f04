"""What constraints refuse, of models whose constraints have no names; which fields are named."""

from collections.abc import Collection, Generator

import pytest
from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from talarian import Request, Talarian
from talarian.exceptions import RequestValidationError
from talarian.resources import CrudRouter, Refused, SoftDelete, answering, created
from talarian.sql import Database
from talarian.testclient import TestClient
from tests.integration.sql.targets import only_on


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


class Visit(SoftDelete, Nameless):
    """Who has been where; the application says where."""

    __tablename__ = "con_visits"
    __table_args__ = (
        UniqueConstraint("room", "day"),
        Index(
            "con_visits_name",
            "name",
            unique=True,
            sqlite_where=text("deleted_at IS NULL"),
            postgresql_where=text("deleted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))
    room: Mapped[int] = mapped_column(ForeignKey("con_shelves.room"))
    day: Mapped[int] = mapped_column(default=1)


class VisitIn(BaseModel):
    name: str


class VisitOut(VisitIn):
    model_config = ConfigDict(from_attributes=True)

    id: int


class Visits(CrudRouter[Visit]):
    async def add(self, request: Request, session: AsyncSession, data: BaseModel) -> Visit:
        session.add(visit := created(Visit, data))
        visit.room = int(request.headers["x-room"])
        visit.day = int(request.headers["x-day"])
        return visit


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


def refused(
    db: Database, box: Box, fields: Collection[str] | None = None
) -> list[tuple[str, list[str]]]:
    """What is wrong with a new box."""
    with db.sync_transaction() as session:
        session.add(box)
        try:
            with answering(Box, fields=fields):
                session.flush()
        except (Refused, RequestValidationError) as error:
            errors = error.errors if isinstance(error, Refused) else error.errors()
            session.rollback()
            return [(each["type"], each["loc"]) for each in errors]
    pytest.fail("it was not refused")


def test_its_fields_are_named(boxes: Database) -> None:
    assert refused(boxes, Box(label="a", shelf=1)) == [("unique", ["body", "label"])]
    assert refused(boxes, Box(label="b", shelf=9)) == [("unknown_reference", ["body", "shelf"])]


def test_fields_that_a_client_cannot_set_are_not_named(boxes: Database) -> None:
    same, lost = Box(label="a", shelf=1), Box(label="b", shelf=9)
    assert refused(boxes, same, {"shelf"}) == [("unique", ["body"])]
    assert refused(boxes, lost, {"label"}) == [("unknown_reference", ["body"])]


# MariaDB has no index of some rows only.
@only_on("sqlite", "asyncpg", "psycopg")
def test_a_resource_names_what_is_in_its_bodies(boxes: Database) -> None:
    app = Talarian(extensions=[boxes])
    visits = Visits(
        Visit,
        read=VisitOut,
        body=VisitIn,
        operations=["create", "update", "delete", "restore", "bulk_create"],
        prefix="/visits",
    )
    app.include_router(visits)

    def problems(method: str, path: str, body: object, room: int, day: int) -> object:
        headers = {"x-room": str(room), "x-day": str(day)}
        answer = client.request(method, path, json=body, headers=headers)
        shown = answer.json()
        return shown["detail"] if "detail" in shown else shown["id"]

    with TestClient(app) as client:
        assert problems("POST", "/visits", {"name": "Jane"}, 1, 1) == 1
        taken = {
            "type": "unique",
            "loc": ["body", "name"],
            "msg": "There is one with this name already",
        }
        assert problems("POST", "/visits", {"name": "Jane"}, 1, 2) == [taken]
        there = {"type": "unique", "loc": ["body"], "msg": "There is one already"}
        assert problems("POST", "/visits", {"name": "Anne"}, 1, 1) == [there]
        assert problems("POST", "/visits/bulk", [{"name": "Anne"}], 1, 1) == [
            {**there, "loc": ["body", 0]}
        ]
        assert problems("POST", "/visits", {"name": "Anne"}, 9, 1) == [
            {
                "type": "unknown_reference",
                "loc": ["body"],
                "msg": "It refers to something that does not exist",
            }
        ]
        client.delete("/visits/1")
        assert isinstance(problems("POST", "/visits", {"name": "Jane"}, 1, 3), int)
        assert problems("POST", "/visits/1/restore", None, 1, 1) == [
            {**there, "loc": ["path", "id"]}
        ]


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
