"""Cursors: where a page begins, in a form that only this service can write."""

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

from talarian import HTTPException
from talarian.signing import BadSignature, Signer

_PURPOSE = "talarian.resources.cursor"
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
    """Writes cursors and reads them back. A client can read the sort keys in one.

    Args:
        key: What they are signed with.
    """

    def __init__(self, key: str) -> None:
        self._signer = Signer(key, _PURPOSE)

    def write(self, cursor: Cursor, query: str) -> str:
        """Return a cursor as text that needs no escaping in a URL.

        Args:
            cursor: The place.
            query: A fingerprint of the query that it is a place in.
        """
        content = [cursor.direction.value, query, cursor.values]
        return self._signer.write(json.dumps(content, separators=(",", ":")).encode())

    def read(self, text: str, query: str) -> Cursor:
        """Read what `write` has written.

        Raises:
            InvalidCursor: When it was not written with this key, or is for another query.
        """
        try:
            if len(text) > _LONGEST:
                raise BadSignature("It is too long.")
            direction, bound_to, values = json.loads(self._signer.read(text))
        except BadSignature:
            raise InvalidCursor("`cursor` is not one that this service has made.") from None
        if bound_to != query:
            raise InvalidCursor(
                "`cursor` is of a query with other filters or another order. Send it with the "
                "parameters that were sent when it was made."
            )
        return Cursor(Direction(direction), None if values is None else tuple(values))
