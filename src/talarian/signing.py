"""Text that a client is given and gives back, such as the place of the next page, in a form that
only this service can write."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

_SIGNATURE = 16
"""Bytes: 128 bits of an HMAC cannot be guessed (RFC 2104, section 5)."""


class BadSignature(ValueError):
    """A text that was not written here, or not for this."""


class Signer:
    """Writes data as signed text, and reads it back.

    It is signed (HMAC-SHA256), not encrypted: a client can read what is in it, and cannot change
    it.

    Args:
        key: What it is signed with: a secret.
        purpose: What the texts are for. One of another purpose is refused, even with the same key.
    """

    def __init__(self, key: str, purpose: str) -> None:
        self._key = hmac.digest(key.encode(), purpose.encode(), "sha256")

    def write(self, payload: bytes, context: bytes = b"") -> str:
        """Return data as text that needs no escaping in a URL.

        Args:
            payload: The data.
            context: What the text is bound to without being in it. The reader knows it.
        """
        # The context has its length in front, so that nothing can move from it to the payload.
        message = len(context).to_bytes(8, "big") + context + payload
        signature = hmac.digest(self._key, message, "sha256")[:_SIGNATURE]
        return urlsafe_b64encode(payload + signature).rstrip(b"=").decode("ascii")

    def read(self, text: str, context: bytes = b"") -> bytes:
        """Return the data of a text.

        Raises:
            BadSignature: When it was not written with this key and purpose, for this context.
        """
        try:
            given = text.encode("ascii")
            payload = urlsafe_b64decode(given + b"=" * (-len(given) % 4))[:-_SIGNATURE]
        except ValueError:  # binascii.Error and UnicodeEncodeError are such
            raise BadSignature("It is not one that was written here.") from None
        # The whole text: some ways to write the same bytes are not ours.
        if not hmac.compare_digest(self.write(payload, context).encode("ascii"), given):
            raise BadSignature("It is not one that was written here.")
        return payload
