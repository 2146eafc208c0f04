"""Models with every kind of relationship, and rows of each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    WriteOnlyMapped,
    mapped_column,
    relationship,
    synonym,
)

from talarian.sql import Database


class Base(DeclarativeBase):
    """Tables of these tests alone."""


book_tags = Table(
    "rel_book_tags",
    Base.metadata,
    Column("book_id", ForeignKey("rel_books.id"), primary_key=True),
    Column("tag_id", ForeignKey("rel_tags.id"), primary_key=True),
)


class Country(Base):
    __tablename__ = "rel_countries"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))


class Author(Base):
    __tablename__ = "rel_authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    born: Mapped[int] = mapped_column(default=1900)
    country_id: Mapped[int | None] = mapped_column(ForeignKey("rel_countries.id"))
    country: Mapped[Country | None] = relationship()
    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "rel_books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(50))
    text: Mapped[str] = mapped_column(String(200), default="once upon a time")
    version: Mapped[int] = mapped_column()
    author_id: Mapped[int] = mapped_column(ForeignKey("rel_authors.id"))
    author: Mapped[Author] = relationship(back_populates="books")
    tags: Mapped[list[Tag]] = relationship(
        secondary=book_tags, back_populates="books", order_by="Tag.id"
    )
    reviews: Mapped[list[Review]] = relationship(
        back_populates="book", cascade="all, delete-orphan", order_by="Review.stars.desc()"
    )
    best_reviews: Mapped[list[Review]] = relationship(
        primaryjoin="and_(Review.book_id == Book.id, Review.stars >= 4)", viewonly=True
    )
    loans: WriteOnlyMapped[Loan] = relationship(passive_deletes=True)
    tag_names: AssociationProxy[list[str]] = association_proxy("tags", "name")
    name = synonym("title")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def beginning(self) -> str:
        return self.text[:4]

    @hybrid_property
    def shouted(self) -> str:
        return self.title.upper()


class Tag(Base):
    __tablename__ = "rel_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    books: Mapped[list[Book]] = relationship(secondary=book_tags, back_populates="tags")


class Review(Base):
    __tablename__ = "rel_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("rel_books.id"))
    book: Mapped[Book] = relationship(back_populates="reviews")


class Loan(Base):
    __tablename__ = "rel_loans"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("rel_books.id"))


class Order(Base):
    __tablename__ = "rel_orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list[Line]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    books: AssociationProxy[list[Book]] = association_proxy("lines", "book")


class Line(Base):
    """An association with data of its own."""

    __tablename__ = "rel_lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("rel_orders.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("rel_books.id"), primary_key=True)
    copies: Mapped[int] = mapped_column(default=1)
    book: Mapped[Book] = relationship()


class Category(Base):
    __tablename__ = "rel_categories"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("rel_categories.id"))
    parent: Mapped[Category | None] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list[Category]] = relationship(back_populates="parent", order_by="Category.id")


class Medium(Base):
    __tablename__ = "rel_media"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(50))
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("rel_categories.id"))

    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "medium"}  # noqa: RUF012


class Paper(Medium):
    """In a table of its own."""

    __tablename__ = "rel_papers"

    id: Mapped[int] = mapped_column(ForeignKey("rel_media.id"), primary_key=True)
    pages: Mapped[int]

    __mapper_args__ = {"polymorphic_identity": "paper"}  # noqa: RUF012


class Audio(Medium):
    """In its parent's table, with a relationship that its parent has not."""

    minutes: Mapped[int] = mapped_column(nullable=True)
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("rel_authors.id"))
    reader: Mapped[Author | None] = relationship()

    __mapper_args__ = {"polymorphic_identity": "audio"}  # noqa: RUF012


MOST = 100


def fill(db: Database) -> None:
    """100 of each, related in every way."""
    with db.sync_transaction() as session:
        countries = [Country(name=f"country {number}") for number in range(3)]
        tags = [Tag(name=f"tag {number}") for number in range(4)]
        root = Category(name="root", children=[Category(name="a", children=[Category(name="b")])])
        session.add_all([*countries, *tags, root])
        for number in range(MOST):
            author = Author(name=f"author {number}", country=countries[number % 3])
            book = Book(title=f"title {number}", author=author, tags=tags[: number % 4 + 1])
            book.reviews = [Review(stars=stars) for stars in (3, 5, 4)]
            session.add_all([book, Order(lines=[Line(book=book, copies=2)])])
            session.add(_medium(number, author))
            session.flush()


def _medium(number: int, reader: Author) -> Any:
    if number % 2:
        return Audio(title=f"audio {number}", minutes=60, reader=reader)
    return Paper(title=f"paper {number}", pages=300)
