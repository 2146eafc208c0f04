"""Cursors: places in a list, signed, so that clients send back what they were given or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import bson
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions

from talarian.signing import BadSignature, Signer

from .errors import BadCursor
from .keyset import Order

_CODEC: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True, uuid_representation=UuidRepresentation.STANDARD
)
_PURPOSE = "talarian.mongo.cursor"


class Cursors:
    """Makes and reads the cursors of one list.

    Args:
        key: Signs them.
        collection: The list's collection.
        order: Its order, and
        filters: its query: a cursor is good for the list that it was made for and no other.
    """

    def __init__(self, key: str, collection: str, order: Order, filters: Mapping[str, Any]) -> None:
        self._signer = Signer(key, _PURPOSE)
        self._list = hashlib.sha256(
            bson.encode({"c": collection, "o": order, "f": dict(filters)}, codec_options=_CODEC)
        ).digest()

    def write(self, place: Sequence[Any]) -> str:
        """Make the cursor of a place. The values in it are signed, not hidden."""
        return self._signer.write(bson.encode({"p": list(place)}, codec_options=_CODEC), self._list)

    def read(self, cursor: str) -> list[Any]:
        """Return the place of a cursor.

        Raises:
            BadCursor: When it was not made here for this list.
        """
        try:
            payload = self._signer.read(cursor, self._list)
        except BadSignature:
            raise BadCursor(
                "`cursor` is not one of this list with these filters and this order. Leave it out "
                "to begin at the first page."
            ) from None
        place: list[Any] = bson.decode(payload, codec_options=_CODEC)["p"]
        return place
