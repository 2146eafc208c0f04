"""Pages by number: simple, and the more expensive the further back they are."""

from typing import Annotated, Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from talarian import Depends, Query, Request, Response

from .columns import mapper_of
from .ordering import Ordering
from .pages import OffsetSlice, link

T = TypeVar("T")


class Offset:
    """What a client asked for: how many rows, after how many others. `OffsetPaging` gives it to an
    endpoint.

    Args:
        request: The request, for links.
        response: Gets the `Link` header.
        skip: How many rows come before.
        limit: How many rows.
        total: Whether to count them all.
    """

    def __init__(
        self, request: Request, response: Response, skip: int, limit: int, total: bool
    ) -> None:
        self._request = request
        self._response = response
        self.skip = skip
        self.limit = limit
        self.total = total

    async def page(
        self,
        session: AsyncSession,
        statement: Select[T],
        order: Ordering,
    ) -> OffsetSlice[T]:
        """Return the rows, and add the `Link` header.

        The database reads and drops the rows that are skipped. A row that is added or deleted
        before them moves all others, so that one may be seen twice, or not at all.

        Args:
            session: A session for reading.
            statement: A `select` of one entity, without order and limit.
            order: The order.
        """
        dialect = session.get_bind().dialect
        ordered = statement.order_by(None).order_by(*order.order_by(dialect))
        # One more tells whether there is a next page.
        found = await session.scalars(ordered.offset(self.skip).limit(self.limit + 1))
        rows = list(found.unique())
        total = await _count(session, statement, order) if self.total else None
        self._link(len(rows) > self.limit, total)
        return OffsetSlice(rows[: self.limit], self.skip, self.limit, total)

    def _link(self, more: bool, total: int | None) -> None:
        links: dict[str, dict[str, object]] = {}
        if more:
            links["next"] = {"skip": self.skip + self.limit}
        if self.skip:
            links["prev"] = {"skip": max(0, self.skip - self.limit)}
        if links:
            links["first"] = {"skip": None}
        if links and total:
            links["last"] = {"skip": (total - 1) // self.limit * self.limit}
        link(self._request, self._response, links)


async def _count(session: AsyncSession, statement: Select[Any], order: Ordering) -> int:
    rows = statement.with_only_columns(
        *mapper_of(order.model).primary_key, maintain_column_froms=True
    )
    counted = select(func.count()).select_from(rows.order_by(None).subquery())
    # Those of an inner statement, such as `include_deleted`, would not be asked for.
    return await session.scalar(counted.execution_options(**statement.get_execution_options())) or 0


def Numbered(default: int = 20, maximum: int = 100, furthest: int = 10_000) -> Any:
    """A dependency that reads `skip`, `limit` and `total`: `Annotated[Offset, Numbered()]`.

    Args:
        default: Rows when the client does not say.
        maximum: Rows that a client may ask for. More is a 422.
        furthest: Rows that may be skipped, because the database reads them all. More is a 422.
    """

    async def get_offset(
        request: Request,
        response: Response,
        skip: Annotated[int, Query(ge=0, le=furthest, description="Items to leave out.")] = 0,
        limit: Annotated[int, Query(ge=1, le=maximum, description="Items at most.")] = default,
        total: Annotated[bool, Query(description="Count all items, too.")] = False,
    ) -> Offset:
        return Offset(request, response, skip, limit, total)

    return Depends(get_offset)


OffsetPaging = Annotated[Offset, Numbered()]
"""Pages by number, 20 rows each unless the client asks for up to 100."""
