"""The questions the shop asks its database, and the 404s and 409s that follow from the answers."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager
from talarian import HTTPException, status

from bookshop.models import Author, Base, Book, Review
from bookshop.schemas import BookQuery, BookSort, ErrorMessage, PageOf, Paging

Row = TypeVar("Row", bound=Base)

# What a route adds to its documentation.
NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorMessage, "description": "No such thing"}
}
CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"model": ErrorMessage, "description": "It contradicts what the shop already holds"}
}


async def find(session: AsyncSession, model: type[Row], id: int, *options: Any) -> Row:
    """The row with this id; 404 if there is none."""
    row = await session.get(model, id, options=options)
    if row is None:
        raise HTTPException(
            status.HTTP_404_NOT_FOUND, f"There is no {model.__name__.lower()} with id {id}"
        )
    return row


@contextmanager
def conflict(message: str) -> Generator[None]:
    """Answer 409 where the database refuses.

    Asking first whether a name is taken would leave a gap between the question and the write.
    """
    try:
        yield
    except IntegrityError as error:
        raise HTTPException(status.HTTP_409_CONFLICT, message) from error


async def save(session: AsyncSession, row: Base, values: dict[str, Any], taken: str) -> None:
    """Write these values, and read back what the database derives from them.

    `taken` is the message of the 409 if the row would break a uniqueness rule.
    """
    for name, value in values.items():
        setattr(row, name, value)
    session.add(row)
    with conflict(taken):
        await session.flush()
    await session.refresh(row)


async def page(session: AsyncSession, rows: Select[Row], paging: Paging) -> PageOf[Row]:
    """One page of these rows, and the number of all."""
    total = await session.scalar(select(func.count()).select_from(rows.order_by(None).subquery()))
    chosen = await session.scalars(rows.limit(paging.limit).offset(paging.offset))
    return {
        "items": list(chosen),
        "total": total or 0,
        "limit": paging.limit,
        "offset": paging.offset,
    }


def books_matching(query: BookQuery) -> Select[Book]:
    """The books that fit, each with its author, in the order asked for."""
    books = select(Book).join(Book.author).options(contains_eager(Book.author))
    if query.q:
        books = books.where(Book.title.icontains(query.q, autoescape=True))
    if query.author_id is not None:
        books = books.where(Book.author_id == query.author_id)
    if query.year_from is not None:
        books = books.where(Book.year >= query.year_from)
    if query.year_to is not None:
        books = books.where(Book.year <= query.year_to)
    if query.min_rating is not None:
        books = books.where(Book.rating >= query.min_rating)
    # The id makes the order total: without it, equal rows could change pages between requests.
    return books.order_by(order(query.sort), Book.id)


def order(sort: BookSort) -> ColumnElement[Any]:
    """Books without a rating come last in both directions."""
    columns: dict[str, ColumnElement[Any]] = {
        "title": func.lower(Book.title),
        "author": func.lower(Author.name),
        "year": Book.year.expression,
        "rating": Book.rating.expression,
    }
    column = columns[sort.removeprefix("-")]
    return (column.desc() if sort.startswith("-") else column.asc()).nulls_last()


def authors_matching(name: str) -> Select[Author]:
    """The authors whose name contains this text, in alphabetical order."""
    authors = select(Author).order_by(func.lower(Author.name), Author.id)
    return authors.where(Author.name.icontains(name, autoescape=True)) if name else authors


def reviews_of(book_id: int) -> Select[Review]:
    """A book's reviews, the newest first."""
    reviews = select(Review).where(Review.book_id == book_id)
    return reviews.order_by(Review.written_on.desc(), Review.id.desc())
