"""The tables.

The classes run from the inside out (Review, Book, Author), because a book's rating is a query over
reviews and an author's book count is a query over books.
"""

from datetime import UTC, date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, MetaData, UniqueConstraint, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship


def today() -> date:
    """The current day in UTC, whatever the server's time zone."""
    return datetime.now(UTC).date()


class Base(DeclarativeBase):
    """Every constraint gets a name, so that a later migration can refer to it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Review(Base):
    """One reader's opinion of one book."""

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("book_id", "reviewer"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"))
    reviewer: Mapped[str]
    rating: Mapped[int]
    text: Mapped[str]
    written_on: Mapped[date] = mapped_column(default=today)


class Book(Base):
    """A title by one author. A negative year is BC."""

    __tablename__ = "books"
    __table_args__ = (UniqueConstraint("author_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id", ondelete="RESTRICT"))
    year: Mapped[int] = mapped_column(index=True)
    description: Mapped[str]

    # Nothing shows a book without its author, so every query for books brings the author along.
    author: Mapped["Author"] = relationship(back_populates="books", lazy="joined", innerjoin=True)
    # "raise" turns a forgotten eager load into an error instead of one more query for each row.
    reviews: Mapped[list[Review]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="raise"
    )

    # Both are part of the SELECT that loads the book: a page of books is still one query.
    rating: Mapped[float | None] = column_property(
        select(func.avg(Review.rating))
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


class Author(Base):
    """Someone who wrote books. `born` is None where nobody knows."""

    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    born: Mapped[int | None]
    about: Mapped[str]

    # "all": an author with books cannot be deleted, and it is the database that says so.
    books: Mapped[list[Book]] = relationship(
        back_populates="author", order_by=Book.year, passive_deletes="all", lazy="raise"
    )

    book_count: Mapped[int] = column_property(
        select(func.count(Book.id))
        .where(Book.author_id == id)
        .correlate_except(Book)
        .scalar_subquery()
    )
