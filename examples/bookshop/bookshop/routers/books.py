"""Books: the parts that resources are made of, each where it is needed."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from talarian import Request, Response, Router
from talarian.resources import (
    Conditions,
    Filtered,
    Filters,
    Ordering,
    Page,
    Paging,
    Partial,
    SearchIn,
    Slice,
    Sorted,
    Sorting,
    answering,
    created,
    etag,
    find_one,
    patch,
    replace,
    restore,
    soft_delete,
)
from talarian.sql import ReadOnlySession, Session
from talarian.sql.relations import load_shown, select_for, set_related

from bookshop.models import Book
from bookshop.routers.responses import CHANGED, CONFLICT, NOT_FOUND
from bookshop.schemas import BookIn, BookOut

router = Router(prefix="/books", tags=["books"])


class BookFilters(Filters, model=Book):
    q: Annotated[str | None, SearchIn("title", "author_name", "description")] = None
    tags__name: Annotated[str | None, Field(alias="tag")] = None
    author_id: int | None = None
    year__ge: int | None = None
    year__le: int | None = None
    rating__ge: float | None = None


SORTING = Sorting(
    Book,
    Book.year,
    Book.created_at,
    default="title",
    title=func.lower(Book.title, type_=String),
    author=func.lower(Book.author_name, type_=String),
    rating=Book.rating.expression,
)


@router.get("", summary="Find books", response_model=Page[BookOut])
async def list_books(
    session: ReadOnlySession,
    filters: Annotated[BookFilters, Filtered(BookFilters, known={"sort", "cursor", "limit"})],
    order: Annotated[Ordering, Sorted(SORTING)],
    paging: Paging,
) -> Slice[Book]:
    return await paging.page(session, filters.apply(select_for(BookOut, Book)), order)


@router.post("", summary="Add a book", response_model=BookOut, status_code=201, responses=CONFLICT)
async def create_book(body: BookIn, session: Session, request: Request, response: Response) -> Book:
    book = created(Book, body)
    await set_tags(session, book, body.tag_ids)
    session.add(book)
    await write(session, book, response)
    response.headers["Location"] = request.url_for("read_book", id=book.id).path
    return book


# Without If-None-Match: the rating is that of the reviews, and changes without the book's version.
@router.get("/{id}", summary="Show a book", response_model=BookOut, responses=NOT_FOUND)
async def read_book(id: int, session: ReadOnlySession, response: Response) -> Book:
    book = await find_one(session, select_for(BookOut, Book), id)
    response.headers["ETag"] = etag(book)
    return book


@router.put(
    "/{id}",
    summary="Replace a book",
    response_model=BookOut,
    responses=NOT_FOUND | CONFLICT | CHANGED,
)
async def replace_book(
    id: int, body: BookIn, conditions: Conditions, session: Session, response: Response
) -> Book:
    book = await find_one(session, select_for(BookOut, Book), id, for_update=True)
    conditions.check(book)
    await set_tags(session, book, body.tag_ids)
    replace(book, body)
    await write(session, book, response)
    return book


@router.patch(
    "/{id}",
    summary="Change some fields of a book",
    response_model=BookOut,
    responses=NOT_FOUND | CONFLICT | CHANGED,
)
async def change_book(
    id: int, body: Partial[BookIn], conditions: Conditions, session: Session, response: Response
) -> Book:
    book = await find_one(session, select_for(BookOut, Book), id, for_update=True)
    conditions.check(book)
    if "tag_ids" in body.model_fields_set:
        await set_tags(session, book, body.tag_ids)
    patch(book, body, BookIn)
    await write(session, book, response)
    return book


@router.delete(
    "/{id}",
    summary="Remove a book; it can be restored",
    status_code=204,
    responses=NOT_FOUND | CHANGED,
)
async def remove_book(id: int, conditions: Conditions, session: Session) -> None:
    book = await find_one(session, select(Book), id, for_update=True)
    conditions.check(book)
    soft_delete(book)


@router.post(
    "/{id}/restore",
    summary="Bring a removed book back",
    response_model=BookOut,
    responses=NOT_FOUND,
)
async def restore_book(id: int, session: Session, response: Response) -> Book:
    removed = select(Book).execution_options(include_deleted=True)
    book = await find_one(session, removed, id, for_update=True)
    restore(book)
    await write(session, book, response)
    return book


async def set_tags(session: AsyncSession, book: Book, ids: list[int]) -> None:
    """Set a book's tags, and make that a change of the book: tags are rows of another table, which
    would not give it a new version."""
    await set_related(session, book, Book.tags, ids, at=("body", "tag_ids"))
    book.updated_at = datetime.now(UTC)


async def write(session: AsyncSession, book: Book, response: Response) -> None:
    """Send a book to the database, and load what is shown of it."""
    with answering(Book, fields=BookIn.model_fields):
        await session.flush()
    await load_shown(session, BookOut, book)
    response.headers["ETag"] = etag(book)
