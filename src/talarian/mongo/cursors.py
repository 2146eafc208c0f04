"""Cursors: places in a list, signed, so that clients send back what they were given or nothing."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping, Sequence
from typing import Any

import bson
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions

from .errors import BadCursor
from .keyset import Order

_CODEC: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True, uuid_representation=UuidRepresentation.STANDARD
)
_SIGNATURE = 16
"""Bytes: 128 bits of an HMAC cannot be guessed (RFC 2104, section 5)."""


class Cursors:
    """Makes and reads the cursors of one list.

    Args:
        key: Signs them.
        collection: The list's collection.
        order: Its order, and
        filters: its query: a cursor is good for the list that it was made for and no other.
    """

    def __init__(
        self, key: bytes, collection: str, order: Order, filters: Mapping[str, Any]
    ) -> None:
        self._key = key
        self._list = hashlib.sha256(
            bson.encode({"c": collection, "o": order, "f": dict(filters)}, codec_options=_CODEC)
        ).digest()

    def write(self, place: Sequence[Any]) -> str:
        """Make the cursor of a place. The values in it are signed, not hidden."""
        payload = bson.encode({"p": list(place)}, codec_options=_CODEC)
        signed = self._signature(payload) + payload
        return urlsafe_b64encode(signed).rstrip(b"=").decode("ascii")

    def read(self, cursor: str) -> list[Any]:
        """Return the place of a cursor.

        Raises:
            BadCursor: When it was not made here for this list.
        """
        try:
            signed = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        except (NotBase64, UnicodeEncodeError):
            signed = b""
        signature, payload = signed[:_SIGNATURE], signed[_SIGNATURE:]
        if not hmac.compare_digest(signature, self._signature(payload)):
            raise BadCursor(
                "`cursor` is not one of this list with these filters and this order. Leave it out "
                "to begin at the first page."
            )
        place: list[Any] = bson.decode(payload, codec_options=_CODEC)["p"]
        return place

    def _signature(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, self._list + payload, "sha256")[:_SIGNATURE]
