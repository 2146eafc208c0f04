"""The models of these tests."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlmodel import Field, SQLModel

from talarian.sql import Base


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100), unique=True)
    stock: Mapped[int] = mapped_column(default=0)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")


class Parcel(SQLModel, table=True):
    """A table of SQLModel's, in the same database."""

    __tablename__ = "parcels"  # pyright: ignore[reportAssignmentType]

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(max_length=200)


Parcel.metadata.tables["parcels"].to_metadata(Base.metadata)
