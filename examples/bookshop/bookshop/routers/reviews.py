"""Reviews: listed and added under their book, and addressed by their own id from then on."""

from sqlalchemy import Select, select
from talarian import HTTPException, Request, Response, Router
from talarian.resources import (
    CrudRouter,
    Ordering,
    Page,
    Paging,
    Slice,
    answering,
    created,
    find_one,
)
from talarian.sql import ReadOnlySession, Session

from bookshop.models import Book, Review
from bookshop.routers.responses import CLOSED, CONFLICT, NOT_FOUND
from bookshop.schemas import ReviewIn, ReviewOut
from bookshop.settings import CurrentSettings

NEWEST_FIRST = Ordering(Review, Review.created_at.desc())


class Reviews(CrudRouter[Review]):
    def query(self, request: Request) -> Select[Review]:
        """Those of books that were removed are not there: the join leaves them out."""
        return select(Review).join(Review.book)


router = Router(tags=["reviews"])
router.include_router(
    Reviews(
        Review,
        read=ReviewOut,
        body=ReviewIn,
        operations=["get", "replace", "update", "delete"],
        prefix="/reviews",
    )
)


@router.get(
    "/books/{id}/reviews",
    summary="List a book's reviews, the newest first",
    response_model=Page[ReviewOut],
    responses=NOT_FOUND,
)
async def list_reviews(id: int, session: ReadOnlySession, paging: Paging) -> Slice[Review]:
    book = await find_one(session, select(Book), id)
    return await paging.page(session, select(Review).where(Review.book == book), NEWEST_FIRST)


@router.post(
    "/books/{id}/reviews",
    summary="Review a book",
    response_model=ReviewOut,
    status_code=201,
    responses=NOT_FOUND | CONFLICT | CLOSED,
)
async def create_review(
    id: int,
    body: ReviewIn,
    session: Session,
    settings: CurrentSettings,
    request: Request,
    response: Response,
) -> Review:
    if not settings.reviews_open:
        raise HTTPException(403, "The shop takes no reviews at the moment.")
    book = await find_one(session, select(Book), id)
    session.add(review := created(Review, body))
    review.book_id = book.id
    with answering(Review, fields=ReviewIn.model_fields):
        await session.flush()
    response.headers["Location"] = request.url_for("get_review", id=review.id).path
    return review
