"""Books: found by author, years, title and rating."""

from typing import Annotated

from talarian import HTTPException, Query, Request, Response, Router

from bookshop.database import Session
from bookshop.models import Author, Book
from bookshop.queries import CONFLICT, NOT_FOUND, books_matching, find, page, save
from bookshop.schemas import (
    BookCreate,
    BookPatch,
    BookQuery,
    BookRead,
    BookUpdate,
    Id,
    Page,
    PageOf,
)

router = Router(prefix="/books", tags=["books"])

TAKEN = "This author already has a book with this title"


async def check_author(session: Session, body: BookCreate | BookPatch) -> None:
    """409 if the book is to belong to an author whom the shop does not know."""
    if "author_id" in body.model_fields_set and not await session.get(Author, body.author_id):
        raise HTTPException(
            409, f"There is no author with id {body.author_id}; add the author first"
        )


@router.get("", summary="Find books", response_model=Page[BookRead])
async def list_books(session: Session, query: Annotated[BookQuery, Query()]) -> PageOf[Book]:
    return await page(session, books_matching(query), query)


@router.post(
    "",
    summary="Add a book",
    response_model=BookRead,
    status_code=201,
    responses=CONFLICT,
)
async def create_book(
    body: BookCreate, session: Session, request: Request, response: Response
) -> Book:
    await check_author(session, body)
    book = Book()
    await save(session, book, body.model_dump(), TAKEN)
    response.headers["Location"] = request.url_for("read_book", book_id=book.id).path
    return book


@router.get("/{book_id}", summary="Show a book", response_model=BookRead, responses=NOT_FOUND)
async def read_book(book_id: Id, session: Session) -> Book:
    return await find(session, Book, book_id)


@router.put(
    "/{book_id}",
    summary="Replace a book",
    response_model=BookRead,
    responses=NOT_FOUND | CONFLICT,
)
async def replace_book(book_id: Id, body: BookUpdate, session: Session) -> Book:
    book = await find(session, Book, book_id)
    await check_author(session, body)
    await save(session, book, body.model_dump(), TAKEN)
    return book


@router.patch(
    "/{book_id}",
    summary="Change some fields of a book",
    response_model=BookRead,
    responses=NOT_FOUND | CONFLICT,
)
async def change_book(book_id: Id, body: BookPatch, session: Session) -> Book:
    book = await find(session, Book, book_id)
    await check_author(session, body)
    await save(session, book, body.model_dump(exclude_unset=True), TAKEN)
    return book


@router.delete(
    "/{book_id}",
    summary="Remove a book and its reviews",
    status_code=204,
    responses=NOT_FOUND,
)
async def delete_book(book_id: Id, session: Session) -> None:
    await session.delete(await find(session, Book, book_id))
