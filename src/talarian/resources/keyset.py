"""Pages by cursor: every page costs the same, and rows that come or go do not move the others."""

from hashlib import blake2b
from typing import Annotated, Any, TypeVar

from sqlalchemy import Dialect, Select
from sqlalchemy.ext.asyncio import AsyncSession

from talarian import Depends, Query, Request, Response
from talarian.exceptions import TalarianError
from talarian.extensions import find

from .cursors import Cursor, CursorSigner, Direction, InvalidCursor
from .extension import Resources
from .ordering import Ordering
from .pages import Slice, link
from .seeking import seek

T = TypeVar("T")


class Keyset:
    """What a client asked for: a cursor, and how many rows. `Paging` gives it to an endpoint.

    Args:
        request: The request, for links.
        response: Gets the `Link` header.
        signer: Reads and writes cursors.
        cursor: The client's, or None for the first page.
        limit: How many rows.
    """

    def __init__(
        self,
        request: Request,
        response: Response,
        signer: CursorSigner,
        cursor: str | None,
        limit: int,
    ) -> None:
        self._request = request
        self._response = response
        self._signer = signer
        self.cursor = cursor
        self.limit = limit

    async def page(
        self,
        session: AsyncSession,
        statement: Select[T],
        order: Ordering,
    ) -> Slice[T]:
        """Return the page, and add the `Link` header.

        A row that is there throughout is seen exactly once by a client that follows `next` to the
        end, or `previous` to the beginning, whatever is added and deleted in the meantime. A row
        whose sort keys are changed in the meantime moves, and may be seen twice or not at all.

        Args:
            session: A session for reading.
            statement: A `select` of one entity, with conditions and loader options, without order
                and limit.
            order: The order. The cursor is bound to it and to the conditions.

        Raises:
            InvalidCursor: When the cursor is not one, or is of another query.
        """
        if len(statement.column_descriptions) != 1:
            raise TalarianError(f"Pages are of one entity: select({order.model.__name__}).")
        dialect = session.get_bind().dialect
        query = _fingerprint(statement, order)
        cursor = None if self.cursor is None else self._signer.read(self.cursor, query)
        found = await session.execute(self._selected(statement, order, cursor, dialect))
        rows: list[Any] = list(found.unique())
        more = len(rows) > self.limit
        rows = rows[: self.limit]
        backward = cursor is not None and cursor.direction.backward
        if backward:
            rows.reverse()

        def write(direction: Direction, place: tuple[Any, ...] | None) -> str:
            return self._signer.write(Cursor(direction, place), query)

        def place(row: Any) -> tuple[Any, ...]:
            return order.dumped(row[1:], dialect)

        after = more if not backward else cursor is not None and cursor.values is not None
        before = more if backward else cursor is not None
        # An empty page is beside the row that its cursor names, so the way back includes that row.
        anchor = None if cursor is None else cursor.values
        following = preceding = None
        if after:
            following = (
                write(Direction.AFTER, place(rows[-1])) if rows else write(Direction.FROM, anchor)
            )
        if before:
            preceding = (
                write(Direction.BEFORE, place(rows[0])) if rows else write(Direction.UNTIL, anchor)
            )
        self._link(following, preceding, write(Direction.BEFORE, None))
        return Slice([row[0] for row in rows], next=following, previous=preceding)

    def _selected(
        self,
        statement: Select[T],
        order: Ordering,
        cursor: Cursor | None,
        dialect: Dialect,
    ) -> Select[Any]:
        place = None
        if cursor is not None and cursor.values is not None:
            try:
                place = order.loaded(cursor.values, dialect)
            except ValueError:
                # Signed by us, when a column had another type.
                raise InvalidCursor("`cursor` is of an earlier version of this service.") from None
        selected = seek(
            statement,
            order,
            place,
            dialect,
            limit=self.limit + 1,  # one more tells whether there is a next page
            backward=cursor is not None and cursor.direction.backward,
            inclusive=cursor is not None and cursor.direction.inclusive,
        )
        return selected.add_columns(*order.columns(dialect))

    def _link(self, following: str | None, preceding: str | None, last: str) -> None:
        links: dict[str, dict[str, object]] = {}
        if following is not None:
            links["next"] = {"cursor": following}
        if preceding is not None:
            links["prev"] = {"cursor": preceding}
        if links:
            links |= {"first": {"cursor": None}, "last": {"cursor": last}}
        link(self._request, self._response, links)


def Paged(default: int = 20, maximum: int = 100) -> Any:
    """A dependency that reads `cursor` and `limit`: `Annotated[Keyset, Paged(maximum=500)]`.

    Args:
        default: Rows of a page when the client does not say.
        maximum: Rows that a client may ask for. More is a 422.
    """

    async def get_keyset(
        request: Request,
        response: Response,
        cursor: Annotated[
            str | None, Query(description="`next` or `previous` of another page.")
        ] = None,
        limit: Annotated[int, Query(ge=1, le=maximum, description="Items at most.")] = default,
    ) -> Keyset:
        return Keyset(request, response, find(request.app, Resources).signer, cursor, limit)

    return Depends(get_keyset)


Paging = Annotated[Keyset, Paged()]
"""Pages by cursor, 20 rows each unless the client asks for up to 100."""


def _fingerprint(statement: Select[Any], order: Ordering) -> str:
    """Tells queries apart whose cursors must not be exchanged: by model, conditions and order."""
    digest = blake2b(f"{order.model.__name__} {order.fingerprint()}".encode(), digest_size=9)
    if statement.whereclause is not None:
        compiled = statement.whereclause.compile()
        values = sorted((name, repr(value)) for name, value in compiled.params.items())
        digest.update(f" {compiled} {values}".encode())
    return digest.hexdigest()
