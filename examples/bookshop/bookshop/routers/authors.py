"""Authors, and the books each of them wrote."""

from typing import Annotated

from sqlalchemy.orm import selectinload
from talarian import Query, Request, Response, Router

from bookshop.database import Session
from bookshop.models import Author
from bookshop.queries import CONFLICT, NOT_FOUND, authors_matching, conflict, find, page, save
from bookshop.schemas import (
    AuthorCreate,
    AuthorPatch,
    AuthorQuery,
    AuthorRead,
    AuthorUpdate,
    AuthorWithBooks,
    Id,
    Page,
    PageOf,
)

router = Router(prefix="/authors", tags=["authors"])

TAKEN = "There is already an author with this name"


@router.get("", summary="List authors", response_model=Page[AuthorRead])
async def list_authors(session: Session, query: Annotated[AuthorQuery, Query()]) -> PageOf[Author]:
    return await page(session, authors_matching(query.q), query)


@router.post(
    "",
    summary="Add an author",
    response_model=AuthorRead,
    status_code=201,
    responses=CONFLICT,
)
async def create_author(
    body: AuthorCreate, session: Session, request: Request, response: Response
) -> Author:
    author = Author()
    await save(session, author, body.model_dump(), TAKEN)
    response.headers["Location"] = request.url_for("read_author", author_id=author.id).path
    return author


@router.get(
    "/{author_id}",
    summary="Show an author and their books",
    response_model=AuthorWithBooks,
    responses=NOT_FOUND,
)
async def read_author(author_id: Id, session: Session) -> Author:
    return await find(session, Author, author_id, selectinload(Author.books))


@router.put(
    "/{author_id}",
    summary="Replace an author",
    response_model=AuthorRead,
    responses=NOT_FOUND | CONFLICT,
)
async def replace_author(author_id: Id, body: AuthorUpdate, session: Session) -> Author:
    author = await find(session, Author, author_id)
    await save(session, author, body.model_dump(), TAKEN)
    return author


@router.patch(
    "/{author_id}",
    summary="Change some fields of an author",
    response_model=AuthorRead,
    responses=NOT_FOUND | CONFLICT,
)
async def change_author(author_id: Id, body: AuthorPatch, session: Session) -> Author:
    author = await find(session, Author, author_id)
    await save(session, author, body.model_dump(exclude_unset=True), TAKEN)
    return author


@router.delete(
    "/{author_id}",
    summary="Remove an author who has no books",
    status_code=204,
    responses=NOT_FOUND | CONFLICT,
)
async def delete_author(author_id: Id, session: Session) -> None:
    author = await find(session, Author, author_id)
    await session.delete(author)
    with conflict(f"{author.name} still has books here; remove those first"):
        await session.flush()
