"""The models of these tests, and resources made of them."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlmodel import Field as SQLField, SQLModel

from talarian import Talarian
from talarian.resources import (
    RANGE,
    TEXT,
    CrudRouter,
    Filters,
    Moment,
    Operation,
    Positioned,
    Resources,
    SearchIn,
    SoftDelete,
    Sorting,
    Timestamps,
    UUIDKey,
    Versioned,
)
from talarian.sql import Base, Database


class Writer(Base):
    __tablename__ = "res_writers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), unique=True)
    novels: Mapped[list["Novel"]] = relationship(back_populates="writer", passive_deletes="all")


class Novel(Versioned, SoftDelete, Timestamps, Base):
    __tablename__ = "res_novels"
    __table_args__ = (CheckConstraint("price >= 0", name="price_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(60), unique=True)
    summary: Mapped[str] = mapped_column(String(200), default="")
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    length: Mapped[int | None]
    rating: Mapped[float | None]
    published: Mapped[datetime | None] = mapped_column(Moment())
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("res_writers.id"))
    writer: Mapped[Writer | None] = relationship(back_populates="novels")


class Track(UUIDKey, Positioned, Base):
    __tablename__ = "res_tracks"

    album: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(60))


class Ticket(Versioned, SoftDelete, SQLModel, table=True):
    """A table of SQLModel's, with the same mixins."""

    __tablename__ = "res_tickets"  # pyright: ignore[reportAssignmentType]

    id: int | None = SQLField(default=None, primary_key=True)
    seat: str = SQLField(max_length=10, unique=True)
    holder: str | None = None


Ticket.metadata.tables["res_tickets"].to_metadata(Base.metadata)


class WriterOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class WriterIn(BaseModel):
    name: str


class NovelIn(BaseModel):
    title: str = Field(min_length=1)
    summary: str = ""
    price: Decimal = Decimal("5.00")
    length: int | None = None
    rating: float | None = None
    published: datetime | None = None
    writer_id: int | None = None

    @model_validator(mode="after")
    def _long_ones_cost_something(self) -> "NovelIn":
        if self.length and self.length > 1000 and self.price == 0:
            raise ValueError("a long novel is not free")
        return self


class NovelOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    price: Decimal
    length: int | None
    rating: float | None
    published: datetime | None
    writer: WriterOut | None
    version: int


class TicketIn(BaseModel):
    seat: str
    holder: str | None = None


class TicketOut(TicketIn):
    model_config = ConfigDict(from_attributes=True)

    id: int


class TrackIn(BaseModel):
    album: int = 1
    title: str
    position: int = 0


class TrackOut(TrackIn):
    model_config = ConfigDict(from_attributes=True)

    id: UUID


class NovelFilters(Filters, model=Novel):
    title: str | None = None
    title__contains: str | None = None
    title__startswith: str | None = None
    title__in: list[str] | None = None
    length: int | None = None
    length__ge: int | None = None
    length__lt: int | None = None
    length__is_null: bool | None = None
    price__le: Decimal | None = None
    published__gt: datetime | None = None
    rating__ne: float | None = None
    writer__name: str | None = None
    q: Annotated[str | None, SearchIn("title", "summary", language="english")] = None


SORTING = Sorting(Novel, Novel.title, Novel.price, Novel.length, Novel.rating, Novel.published)


def novels(**options: Any) -> CrudRouter[Novel]:
    given: dict[str, Any] = {
        "read": NovelOut,
        "body": NovelIn,
        "operations": get_args(Operation),
        "filters": NovelFilters,
        "sorting": SORTING,
        "prefix": "/novels",
        "show_deleted": True,
    }
    return CrudRouter(Novel, **(given | options))


def library(db: Database, **options: Any) -> Talarian:
    """All resources, as an application."""
    app = Talarian(extensions=[db, Resources()])
    app.include_router(novels(**options))
    app.include_router(
        CrudRouter(
            Writer,
            read=WriterOut,
            body=WriterIn,
            operations=["list", "create", "delete"],
            filters=Filters.of(Writer, {"name": TEXT, "id": RANGE, "novels__title": ["eq"]}),
            pages="offset",
            prefix="/writers",
        )
    )
    app.include_router(
        CrudRouter(
            Ticket,
            read=TicketOut,
            body=TicketIn,
            operations=["list", "get", "create", "update", "delete", "restore"],
            prefix="/tickets",
        )
    )
    app.include_router(
        CrudRouter(
            Track,
            read=TrackOut,
            body=TrackIn,
            operations=["list", "get", "create", "update", "delete"],
            prefix="/tracks",
        )
    )
    return app
