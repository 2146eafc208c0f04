"""Reviews in the book: one document has it all.

A book and its reviews are read with one command, and are never out of step: a change of one
document is all or nothing. But the document grows with every review, to 16 MB and no further, and
who reads it without asking for less, reads all of it.
"""

from typing import Annotated

from pydantic import Field
from pymongo import IndexModel
from reviews import BookWithReviews, NewBook, Reader, Review, Title

from talarian import Router
from talarian.mongo import Collection, CollectionOf, DocumentNotFound, MongoModel, literal


class Book(MongoModel, collection="embedded_books", indexes=[IndexModel("isbn", unique=True)]):
    isbn: str
    title: str
    reviews: dict[Reader, Review] = Field(default_factory=dict)
    """One for each reader: a second one takes the place of the first, by the shape of the data."""


Books = Annotated[Collection[Book], CollectionOf(Book)]

router = Router(prefix="/embedded", tags=["embedded"])


@router.post("/books", status_code=201)
async def add_book(new: NewBook, books: Books) -> Title:
    book = await books.insert(Book(isbn=new.isbn, title=new.title))
    return Title(isbn=book.isbn, title=book.title)


@router.put("/books/{isbn}/reviews/{reader}", status_code=204)
async def put_review(isbn: str, reader: Reader, review: Review, books: Books) -> None:
    # One field of the document is set: two readers at once are not in each other's way.
    changed = await books.raw.update_one(
        {"isbn": literal(isbn)}, {"$set": {f"reviews.{reader}": review.model_dump()}}
    )
    if not changed.matched_count:
        raise DocumentNotFound


@router.get("/books/{isbn}")
async def read_book(isbn: str, books: Books) -> BookWithReviews:
    book = await books.first({"isbn": isbn})
    if book is None:
        raise DocumentNotFound
    return BookWithReviews(isbn=book.isbn, title=book.title, reviews=book.reviews)


@router.get("/books")
async def read_titles(books: Books, limit: int = 20) -> list[Title]:
    # Without the projection, every review of every book would be sent by the server.
    found = books.raw.find({}, {"_id": 0, "isbn": 1, "title": 1}, sort=[("isbn", 1)], limit=limit)
    return [Title.model_validate(book) async for book in found]
