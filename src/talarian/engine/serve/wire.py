"""Responses as bytes (RFC 9112), written in one piece.

What is written is what uvicorn's own protocol would write for the same response, byte for byte.
"""

import re
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.httptools_impl import HEADER_RE, HEADER_VALUE_RE, STATUS_LINE

RawHeaders = Sequence[tuple[bytes, bytes]]

_JSON = b"\r\ncontent-type: application/json\r\n\r\n"
_JSON_CLOSE = b"\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n"
_FRAMING = frozenset({b"connection", b"transfer-encoding"})
_LENGTH = b"content-length"
_KEPT = re.compile(
    rb"(?:access-control-|cross-origin-).*|content-(?:encoding|language|security-policy|type)"
    rb"|accept-ranges|allow|cache-control|permissions-policy|referrer-policy|server"
    rb"|strict-transport-security|vary|x-content-type-options|x-frame-options"
)
"""Headers that are the same in many responses. What may be somebody's secret is not kept."""

_LINES: dict[tuple[bytes, bytes], bytes] = {}
"""Headers that have been written before, as lines."""
_MOST_LINES = 512
_LONGEST_LINE = 128

_STARTS: dict[bytes, tuple[bytes, bool]] = {}
"""Names that have been written before: how their lines start, and whether those are kept."""


def _line(header: tuple[bytes, bytes]) -> bytes | None:
    """Return the line of a header.

    `None` if it can't be written so simply: it is about the connection, or is no header at all.
    """
    name, value = header
    found = _STARTS.get(name) or _start(name)
    if found is None or HEADER_VALUE_RE.search(value):
        return None
    start, is_kept = found
    line = b"%b%b\r\n" % (start, value)
    if is_kept and len(line) <= _LONGEST_LINE:
        if len(_LINES) >= _MOST_LINES:
            _LINES.clear()
        _LINES[header] = line
    return line


def _start(name: bytes) -> tuple[bytes, bool] | None:
    lower = name.lower()
    if HEADER_RE.search(name) or lower in _FRAMING or (lower == _LENGTH and name != _LENGTH):
        return None
    found = b"%b: " % lower, _KEPT.fullmatch(lower) is not None
    if len(_STARTS) < _MOST_LINES and len(name) <= _LONGEST_LINE:
        _STARTS[name] = found
    return found


class Heads:
    """The beginnings of responses: status line and the server's own headers.

    These headers are the same for a second: the date is among them.
    """

    def __init__(self) -> None:
        self._of: object = None
        self._heads: dict[int, bytes] = {}
        self._json: dict[int, bytes] = {}

    def json(self, status: int, defaults: RawHeaders, body: bytes, keep_alive: bool) -> bytes:
        """Return a whole response with JSON text as its content."""
        if self._of is not defaults:
            self._renew(defaults)
        head = self._json.get(status)
        if head is None:
            head = self._json[status] = self._head(status, defaults) + b"content-length: "
        return b"%b%d%b%b" % (head, len(body), _JSON if keep_alive else _JSON_CLOSE, body)

    def whole(
        self, status: int, defaults: RawHeaders, headers: RawHeaders, body: bytes, keep_alive: bool
    ) -> bytes | None:
        """Return a whole response, or `None` if it is not as simple as it seems.

        It is if its headers say how long it is, rightly, and nothing of the connection.
        """
        if self._of is not defaults:
            self._renew(defaults)
        try:
            lines: list[Any] = [*map(_LINES.get, headers)]
            has_length = False
            while None in lines:
                index = lines.index(None)
                name, value = headers[index]
                if name == _LENGTH:
                    if has_length or value != b"%d" % len(body):
                        return None
                    has_length = True
                    lines[index] = b"content-length: %b\r\n" % value
                elif line := _line((name, value)):
                    lines[index] = line
                else:
                    return None
        except TypeError:  # a list instead of a tuple, say
            return None
        if not has_length:
            return None
        end = b"\r\n" if keep_alive else b"connection: close\r\n\r\n"
        return b"".join((self._head(status, defaults), *lines, end, body))

    def refusal(self, status: int, defaults: RawHeaders, text: str) -> bytes:
        """Return the response to what is no request; the connection ends with it."""
        return b"".join(
            (
                self._head(status, defaults),
                b"content-type: text/plain; charset=utf-8\r\n",
                b"content-length: %d\r\n" % len(text),
                b"connection: close\r\n\r\n",
                text.encode("ascii"),
            )
        )

    def _head(self, status: int, defaults: RawHeaders) -> bytes:
        head = self._heads.get(status)
        if head is None:
            lines = [b"%b: %b\r\n" % header for header in defaults]
            head = self._heads[status] = STATUS_LINE[status] + b"".join(lines)
        return head

    def _renew(self, defaults: RawHeaders) -> None:
        self._of, self._heads, self._json = defaults, {}, {}
