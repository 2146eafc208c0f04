"""Pages as clients see them: response models, and links to the neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, urlencode

from pydantic import BaseModel, ConfigDict, Field

from talarian import Request, Response
from talarian.encoders import jsonable_encoder

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page of a list, with the cursors of its neighbours."""

    model_config = ConfigDict(from_attributes=True)

    items: list[T]
    next: str | None = Field(
        default=None, description="The `cursor` of the page after this one; null on the last one."
    )
    previous: str | None = Field(
        default=None, description="The `cursor` of the page before this one; null on the first one."
    )


class OffsetPage(BaseModel, Generic[T]):
    """A part of a list, by numbers."""

    model_config = ConfigDict(from_attributes=True)

    items: list[T]
    skip: int = Field(description="How many items are before these.")
    limit: int = Field(description="How many items there are here at most.")
    total: int | None = Field(
        default=None, description="How many items there are in all, if that was asked for."
    )


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """What an endpoint returns for a response model `Page[…]`: rows, and cursors."""

    items: list[T]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class OffsetSlice(Generic[T]):
    """What an endpoint returns for a response model `OffsetPage[…]`."""

    items: list[T]
    skip: int
    limit: int
    total: int | None


def path_of(request: Request) -> str:
    """Return the path that the client has asked for, in the form that it has in a URL.

    Some proxies take off the part that leads to the application (`root_path`); others leave it.
    """
    path: str = request.scope["path"]
    # The root of the whole application, also inside of a mounted one.
    root: str = request.scope.get("app_root_path", request.scope.get("root_path", "")).rstrip("/")
    if not path.startswith(f"{root}/"):
        path = root + path
    return quote(path, safe="/:@!$&'()*+,;=~-._")


def link(request: Request, response: Response, links: Mapping[str, Mapping[str, object]]) -> None:
    """Add a `Link` header (RFC 8288) to a response.

    Targets are paths, not whole URLs: they are right behind every proxy, and there is no host in
    them that a client has made up.

    Args:
        request: The request, whose parameters the links repeat.
        response: Gets the header.
        links: For each relation (`next`, `prev`, `first`, `last`) the parameters that differ. None
            takes a parameter out.
    """
    parts: list[str] = []
    path = path_of(request)
    for relation, changes in links.items():
        kept = [(k, v) for k, v in request.query_params.multi_items() if k not in changes]
        query = urlencode([*kept, *((k, v) for k, v in changes.items() if v is not None)])
        parts.append(f'<{path}{"?" if query else ""}{query}>; rel="{relation}"')
    if parts:
        response.headers.append("Link", ", ".join(parts))


def address_in(request: Request, key: object) -> str:
    """Return the path of an item of the list at which a request has come in.

    Args:
        request: The request.
        key: The item's primary key.
    """
    return f"{path_of(request)}/{quote(str(jsonable_encoder(key)), safe='')}"


LINK_HEADER = {
    "Link": {
        "description": "Where the neighbours of this page are (RFC 8288): next, prev, first, last.",
        "schema": {"type": "string"},
        "example": '</items?limit=20&cursor=…>; rel="next"',
    }
}
"""The header's entry in OpenAPI's `headers` of a response."""

LOCATION_HEADER = {
    "Location": {
        "description": "Where the new item is (RFC 9110, section 10.2.2).",
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/items/7",
    }
}
"""The same, of what was made."""
