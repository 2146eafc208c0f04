"""Cursors: where a page begins, in a form that only this service can write."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from talarian import HTTPException

_SALT = "talarian.resources.cursor"
# Longer than any that was made: they have the values of a few columns.
_LONGEST = 4096


class Direction(Enum):
    """On which side of a cursor's row its page lies, and whether the row is on it."""

    AFTER = "gt"
    FROM = "ge"
    BEFORE = "lt"
    UNTIL = "le"

    @property
    def backward(self) -> bool:
        return self in (Direction.BEFORE, Direction.UNTIL)

    @property
    def inclusive(self) -> bool:
        return self in (Direction.FROM, Direction.UNTIL)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an order.

    Args:
        direction: Which side of it the page is on.
        values: The sort keys of the row there, as JSON values. None stands for the end of the
            order that the direction goes away from.
    """

    direction: Direction
    values: tuple[Any, ...] | None


class InvalidCursor(HTTPException):
    """A cursor that this service has not made, or has made for another query: a 400."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, f"{reason} Leave `cursor` out to begin at the first page.")


class CursorSigner:
    """Writes cursors and reads them back.

    They are signed (HMAC), not encrypted: a client can read the sort keys in one and cannot
    change them.

    Args:
        key: What they are signed with.
    """

    def __init__(self, key: str) -> None:
        self._serializer = URLSafeSerializer(key, salt=_SALT)

    def write(self, cursor: Cursor, query: str) -> str:
        """Return a cursor as text that needs no escaping in a URL.

        Args:
            cursor: The place.
            query: A fingerprint of the query that it is a place in.
        """
        return str(self._serializer.dumps([cursor.direction.value, query, cursor.values]))

    def read(self, text: str, query: str) -> Cursor:
        """Read what `write` has written.

        Raises:
            InvalidCursor: When it was not written with this key, or is for another query.
        """
        try:
            if len(text) > _LONGEST:
                raise BadData("too long")
            direction, bound_to, values = self._serializer.loads(text)
        except (BadData, ValueError, TypeError):
            raise InvalidCursor("`cursor` is not one that this service has made.") from None
        if bound_to != query:
            raise InvalidCursor(
                "`cursor` is of a query with other filters or another order. Send it with the "
                "parameters that were sent when it was made."
            )
        return Cursor(Direction(direction), None if values is None else tuple(values))
