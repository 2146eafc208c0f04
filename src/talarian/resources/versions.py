"""Versions: nobody overwrites what he has not seen (RFC 9110, section 13)."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from talarian import Depends, Header, HTTPException, Response
from talarian.exceptions import TalarianError
from talarian.sql.failures import OVERTAKEN

from .columns import mapper_of

# RFC 9110, section 8.8.3.
_ENTITY_TAG = re.compile(r'\s*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')


class Versioned:
    """Mixin: `version`, which counts the changes of a row. An update of another version than the
    one that was read raises `StaleDataError`: `Database` has it answered 412 or 409."""

    @declared_attr
    def version(cls) -> Mapped[int]:
        return mapped_column(Integer, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def is_versioned(model: type[Any]) -> bool:
    """Whether a mapped class has a version column."""
    return mapper_of(model).version_id_col is not None


def etag(item: object) -> str:
    """Return the strong entity tag of an object: its version, in quotes.

    It is one of the object's own columns. What is shown of other objects may change without it.

    Raises:
        TalarianError: When its class has no version column.
    """
    mapper = mapper_of(type(item))
    if mapper.version_id_col is None:
        raise TalarianError(
            f"{type(item).__name__} has no version: derive it from talarian.resources.Versioned."
        )
    version = getattr(item, str(mapper.get_property_by_column(mapper.version_id_col).key))
    return f'"{version}"'


class Preconditions:
    """What a client says about versions. `Conditions` gives it to an endpoint.

        @app.patch("/books/{book_id}")
        async def change(book_id: int, conditions: Conditions, session: Session) -> BookOut:
            book = await session.get_one(Book, book_id)
            conditions.check(book)
            ...
            await session.flush()
            conditions.tag(book)

    Args:
        response: Gets the `ETag`.
        if_match: The header `If-Match`.
        if_none_match: The header `If-None-Match`.
        required: Whether a change without `If-Match` is refused.
    """

    def __init__(
        self,
        response: Response,
        if_match: str | None,
        if_none_match: str | None,
        required: bool,
    ) -> None:
        self._response = response
        self._if_match = if_match
        self._if_none_match = if_none_match
        self._required = required

    def check(self, item: object) -> None:
        """Before a change: refuse it unless the client has seen this version.

        Raises:
            HTTPException: 412 for another version, 428 for none where one is required, 400 for a
                header that cannot be read.
        """
        if self._if_match is None:
            if self._required:
                raise HTTPException(
                    428, "Send the ETag of what you have read in the header If-Match."
                )
            return
        if self._if_match.strip() == "*":
            return
        # Strong comparison: a weak tag is never equal.
        tags = [tag for weak, tag in _entity_tags("If-Match", self._if_match) if not weak]
        if (current := etag(item)) not in tags:
            raise HTTPException(412, OVERTAKEN, headers={"ETag": current})

    def tag(self, item: object) -> None:
        """After a change: send the version that it has now."""
        self._response.headers["ETag"] = etag(item)

    def show(self, item: object) -> None:
        """Before an object is sent: send its version, and 304 instead if the client has it.

        Raises:
            HTTPException: 304; 400 for a header that cannot be read.
        """
        self.tag(item)
        if self._if_none_match is None:
            return
        current = etag(item)
        if self._if_none_match.strip() != "*":
            tags = [tag for _, tag in _entity_tags("If-None-Match", self._if_none_match)]
            if current not in tags:
                return
        raise HTTPException(304, headers={"ETag": current})


def _entity_tags(header: str, value: str) -> Iterator[tuple[bool, str]]:
    position = 0
    while position < len(value):
        found = _ENTITY_TAG.match(value, position)
        if found is None:
            raise HTTPException(
                400, f'{header} is a list of entity tags in quotes, such as "3", or * alone.'
            )
        yield found[1] is not None, found[2]
        position = found.end()


def Matched(required: bool = False) -> Any:
    """A dependency that reads `If-Match`: `Annotated[Preconditions, Matched(required=True)]`.

    Args:
        required: Refuse changes without it, with 428 (RFC 6585).
    """

    async def get_preconditions(
        response: Response,
        if_match: Annotated[
            str | None, Header(description="The `ETag` of what the client has read.")
        ] = None,
    ) -> Preconditions:
        return Preconditions(response, if_match, None, required)

    return Depends(get_preconditions)


async def get_shown(
    response: Response,
    if_none_match: Annotated[
        str | None, Header(description="The `ETag` of what the client has: 304 if it is current.")
    ] = None,
) -> Preconditions:
    """The dependency behind `Shown`."""
    return Preconditions(response, None, if_none_match, False)


Conditions = Annotated[Preconditions, Matched()]
"""For endpoints that change something: `If-Match` is respected where it is sent."""

Shown = Annotated[Preconditions, Depends(get_shown)]
"""For endpoints that show something: `If-None-Match`."""


ETAG_HEADER = {
    "ETag": {
        "description": "The version of this representation (RFC 9110, section 8.8.3).",
        "schema": {"type": "string"},
        "example": '"3"',
    }
}
"""The header's entry in OpenAPI's `headers` of a response."""
