"""Reviews: listed and added under their book, and addressed by their own id from then on."""

from typing import Annotated

from talarian import Query, Request, Response, Router

from bookshop.database import Session
from bookshop.models import Book, Review
from bookshop.queries import CONFLICT, NOT_FOUND, find, page, reviews_of, save
from bookshop.schemas import (
    Id,
    Page,
    PageOf,
    Paging,
    ReviewCreate,
    ReviewPatch,
    ReviewRead,
    ReviewUpdate,
)

router = Router(tags=["reviews"])

TAKEN = "This reader has already reviewed this book"


@router.get(
    "/books/{book_id}/reviews",
    summary="List a book's reviews",
    response_model=Page[ReviewRead],
    responses=NOT_FOUND,
)
async def list_reviews(
    book_id: Id, session: Session, query: Annotated[Paging, Query()]
) -> PageOf[Review]:
    await find(session, Book, book_id)
    return await page(session, reviews_of(book_id), query)


@router.post(
    "/books/{book_id}/reviews",
    summary="Review a book",
    response_model=ReviewRead,
    status_code=201,
    responses=NOT_FOUND | CONFLICT,
)
async def create_review(
    book_id: Id, body: ReviewCreate, session: Session, request: Request, response: Response
) -> Review:
    await find(session, Book, book_id)
    review = Review(book_id=book_id)
    await save(session, review, body.model_dump(), TAKEN)
    response.headers["Location"] = request.url_for("read_review", review_id=review.id).path
    return review


@router.get(
    "/reviews/{review_id}",
    summary="Show a review",
    response_model=ReviewRead,
    responses=NOT_FOUND,
)
async def read_review(review_id: Id, session: Session) -> Review:
    return await find(session, Review, review_id)


@router.put(
    "/reviews/{review_id}",
    summary="Replace a review",
    response_model=ReviewRead,
    responses=NOT_FOUND | CONFLICT,
)
async def replace_review(review_id: Id, body: ReviewUpdate, session: Session) -> Review:
    review = await find(session, Review, review_id)
    await save(session, review, body.model_dump(), TAKEN)
    return review


@router.patch(
    "/reviews/{review_id}",
    summary="Change some fields of a review",
    response_model=ReviewRead,
    responses=NOT_FOUND | CONFLICT,
)
async def change_review(review_id: Id, body: ReviewPatch, session: Session) -> Review:
    review = await find(session, Review, review_id)
    await save(session, review, body.model_dump(exclude_unset=True), TAKEN)
    return review


@router.delete(
    "/reviews/{review_id}",
    summary="Remove a review",
    status_code=204,
    responses=NOT_FOUND,
)
async def delete_review(review_id: Id, session: Session) -> None:
    await session.delete(await find(session, Review, review_id))
