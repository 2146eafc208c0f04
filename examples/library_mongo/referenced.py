"""Reviews in a collection of their own, which say what book they are of.

Documents stay small, however many reviews there are, and reviews can be read in pages. But a book
with its reviews takes two commands, between which something may change; nothing makes sure that a
book that is reviewed is there; and what must change together needs a transaction.
"""

from typing import Annotated

from pymongo import IndexModel
from reviews import BookWithReviews, NewBook, Reader, Review, Title

from talarian import Query, Router
from talarian.mongo import Collection, CollectionOf, DocumentNotFound, MongoModel


class Book(MongoModel, collection="books", indexes=[IndexModel("isbn", unique=True)]):
    isbn: str
    title: str


class BookReview(
    MongoModel,
    collection="reviews",
    # One for each reader; and the index by which the reviews of a book are found.
    indexes=[IndexModel([("isbn", 1), ("reader", 1)], unique=True)],
):
    isbn: str
    """The book's natural key. Its id would do as well."""
    reader: Reader
    stars: int
    text: str


Books = Annotated[Collection[Book], CollectionOf(Book)]
Reviews = Annotated[Collection[BookReview], CollectionOf(BookReview)]

router = Router(prefix="/referenced", tags=["referenced"])


@router.post("/books", status_code=201)
async def add_book(new: NewBook, books: Books) -> Title:
    book = await books.insert(Book(isbn=new.isbn, title=new.title))
    return Title(isbn=book.isbn, title=book.title)


@router.put("/books/{isbn}/reviews/{reader}", status_code=204)
async def put_review(
    isbn: str, reader: Reader, review: Review, books: Books, reviews: Reviews
) -> None:
    if await books.first({"isbn": isbn}) is None:
        raise DocumentNotFound
    there = await reviews.first({"isbn": isbn, "reader": reader})
    if there is None:
        # If the same reader is here twice at once, the index lets one in: the other is a 409.
        await reviews.insert(BookReview(isbn=isbn, reader=reader, **review.model_dump()))
    else:
        await reviews.replace(there.model_copy(update=review.model_dump()))


@router.get("/books/{isbn}")
async def read_book(
    isbn: str,
    books: Books,
    reviews: Reviews,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
) -> BookWithReviews:
    book = await books.first({"isbn": isbn})
    if book is None:
        raise DocumentNotFound
    found = await reviews.find({"isbn": isbn}, sort=["reader"], limit=limit)
    return BookWithReviews(
        isbn=book.isbn,
        title=book.title,
        reviews={it.reader: Review(stars=it.stars, text=it.text) for it in found},
    )


@router.get("/books")
async def read_titles(books: Books, limit: int = 20) -> list[Title]:
    found = await books.find(sort=["isbn"], limit=limit)
    return [Title(isbn=book.isbn, title=book.title) for book in found]
