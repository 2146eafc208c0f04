"""Authors: plain but for one operation, which shows them with their books."""

from typing import Annotated

from talarian import Request
from talarian.resources import CrudRouter, Filters, SearchIn, Sorting, find_one
from talarian.sql import ReadOnlySession
from talarian.sql.relations import select_for

from bookshop.models import Author
from bookshop.routers.responses import NOT_FOUND
from bookshop.schemas import AuthorIn, AuthorOut, AuthorWithBooks


class AuthorFilters(Filters, model=Author):
    q: Annotated[str | None, SearchIn("name")] = None


class Authors(CrudRouter[Author]):
    def location(self, request: Request, item: Author) -> str:
        return request.url_for("read_author", id=item.id).path


router = Authors(
    Author,
    read=AuthorOut,
    body=AuthorIn,
    operations=["list", "create", "replace", "update", "delete"],
    filters=AuthorFilters,
    sorting=Sorting(Author, Author.name, Author.born, default="name"),
    prefix="/authors",
    tags=["authors"],
)


@router.get(
    "/{id}",
    summary="Show an author and their books",
    response_model=AuthorWithBooks,
    responses=NOT_FOUND,
)
async def read_author(id: int, session: ReadOnlySession) -> Author:
    return await find_one(session, select_for(AuthorWithBooks, Author), id)
