"""Pages of a list: what a client asks for, and what it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

from talarian import Depends, Query
from talarian.exceptions import TalarianError

from .keyset import Order, order_of

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list."""

    limit: int
    """How many documents, at most."""
    cursor: str | None
    """Where the page before it ended. None for the first page."""
    order: Order


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: Annotated[
        str | None, Field(description="The cursor of the next page. null on the last page.")
    ] = None


def Paging(orders: Mapping[str, Sequence[str]], *, limit: int = 20, max_limit: int = 100) -> Any:
    """A dependency on the page that the client asks for: `?limit=20&sort=newest&cursor=…`.

        BookPage = Annotated[PageRequest, Paging({"newest": ["-year"], "title": ["title"]})]

    Args:
        orders: The orders that there are, by the names that clients use; the first is the default.
            Fields as in `order_of`. An index for each keeps every page as fast as the first: on its
            fields and `_id`.
        limit: How many documents a page has, unless the client says.
        max_limit: The most that a client may ask for.

    Raises:
        TalarianError: When there is no order.
    """
    known = {name: order_of(*fields) for name, fields in orders.items()}
    if not known:
        raise TalarianError('Paging needs an order: Paging({"newest": ["-created"]}).')
    names: Any = Literal[tuple(known)]
    first = next(iter(known))

    def page_request(
        limit: Annotated[int, Query(ge=1, le=max_limit)] = limit,
        sort: Annotated[Any, Query()] = first,
        cursor: Annotated[str | None, Query(max_length=4096)] = None,
    ) -> PageRequest:
        return PageRequest(limit, cursor, known[sort])

    # The names are not known before: a type checker takes no Literal that is made here.
    page_request.__annotations__["sort"] = Annotated[names, Query(description="The order.")]
    return Depends(page_request)
