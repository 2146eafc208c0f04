"""The tables.

The classes run from the inside out (Review, Book, Author, Tag), because a book's rating is a query
over reviews, and an author's number of books one over books.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    cast,
    column,
    func,
    select,
    table,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship
from talarian.resources import SoftDelete, Timestamps, Versioned
from talarian.sql import NAMING_CONVENTION


class Base(DeclarativeBase):
    """Every constraint has a name, so that a later migration can refer to it."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


book_tags = Table(
    "book_tags",
    Base.metadata,
    Column("book_id", ForeignKey("books.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# What a book says of its author, whose class is only declared after it.
authors = table("authors", column("id", Integer), column("name", String(120)))


class Review(Timestamps, Base):
    """One reader's opinion of one book."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("book_id", "reviewer"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index(None, "book_id", "created_at", "id"),  # the order in which pages of them are cut
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))
    reviewer: Mapped[str] = mapped_column(String(120))
    rating: Mapped[int]
    text: Mapped[str] = mapped_column(String(2000))

    book: Mapped["Book"] = relationship(back_populates="reviews")


class Book(Versioned, SoftDelete, Timestamps, Base):
    """A title by one author. A negative year is BC.

    A removed book keeps its place: nobody else gets its title, so it can be brought back.
    """

    __tablename__ = "books"
    __table_args__ = (UniqueConstraint("author_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id", ondelete="RESTRICT"))
    year: Mapped[int] = mapped_column(index=True)
    description: Mapped[str] = mapped_column(String(2000))

    author: Mapped["Author"] = relationship(back_populates="books")
    tags: Mapped[list["Tag"]] = relationship(secondary=book_tags, order_by="Tag.name")
    reviews: Mapped[list[Review]] = relationship(back_populates="book", passive_deletes=True)

    # These are part of the SELECT that loads the book: a page of books needs no query for them.
    rating: Mapped[float | None] = column_property(
        select(cast(func.avg(Review.rating), Double(asdecimal=False)))
        .where(Review.book_id == id)
        .correlate_except(Review)
        .scalar_subquery()
    )
    review_count: Mapped[int] = column_property(
        select(func.count(Review.id))
        .where(Review.book_id == id)
        .correlate_except(Review)
        .scalar_subquery()
    )
    # To search and to sort by. What is shown is the author, so it is not loaded.
    author_name: Mapped[str] = column_property(
        select(authors.c.name).where(authors.c.id == author_id).scalar_subquery(), deferred=True
    )


class Author(Base):
    """Someone who wrote books. `born` is None where nobody knows."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    born: Mapped[int | None]
    about: Mapped[str] = mapped_column(String(2000))

    # "all": an author with books cannot be deleted, and it is the database that says so.
    books: Mapped[list[Book]] = relationship(
        back_populates="author", order_by=Book.year, passive_deletes="all"
    )

    book_count: Mapped[int] = column_property(
        select(func.count(Book.id))
        .where(Book.author_id == id)
        .correlate_except(Book)
        .scalar_subquery()
    )


class Tag(Base):
    """A word for what books are about."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)

    book_count: Mapped[int] = column_property(
        select(func.count(Book.id))
        .join_from(book_tags, Book)
        .where(book_tags.c.tag_id == id)
        .correlate_except(Book, book_tags)
        .scalar_subquery()
    )
