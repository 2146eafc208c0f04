"""What the shared parser makes of an input, found out without a server."""

from dataclasses import dataclass, field
from string import ascii_letters

import httptools

_DIGITS = set("0123456789")
_HEX = _DIGITS | set("abcdefABCDEF")
_NAME = _DIGITS | set(ascii_letters + "-._~!$&'()*+,;=")


@dataclass
class Reading:
    """An input as a parser sees it that gets one byte after the other.

    Attributes:
        methods: Of the requests that are whole, up to the last that is to be answered.
        ends: Where each of them ends.
        refused: What comes after them is no request.
        broken_body: It was one until the head of it had ended.
        unfinished: More bytes are needed to tell.
        upgrades: Somewhere another protocol is asked for; what comes of that depends on timing.
        stricter: The status with which the lane refuses what comes after them, although the parser
            takes it; else 0.
    """

    methods: list[str] = field(default_factory=list[str])
    ends: list[int] = field(default_factory=list[int])
    refused: bool = False
    broken_body: bool = False
    unfinished: bool = False
    upgrades: bool = False
    stricter: int = 0

    @property
    def answers(self) -> int:
        return len(self.methods) + self.refused


class _Events:
    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.url = b""
        self.in_message = self.in_body = self.is_complete = False
        self.stricter = 0

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers: dict[bytes, list[bytes]] = {}
        self.in_message, self.in_body = True, False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.setdefault(name.lower(), []).append(value)

    def on_headers_complete(self) -> None:
        self.stricter = self._status_of_the_lane()
        if not self.parser.should_upgrade():
            httptools.parse_url(self.url)  # a target that is none is refused here
        self.in_body = True

    def on_message_complete(self) -> None:
        self.is_complete, self.in_message = True, False

    def _status_of_the_lane(self) -> int:
        """RFC 9112, sections 2.3, 3.2 and 6.1."""
        version, hosts = self.parser.get_http_version(), self.headers.get(b"host", [])
        codings = b",".join(self.headers.get(b"transfer-encoding", [])).lower().split(b",")
        names = [coding.strip() for coding in codings]
        if version not in ("1.1", "1.0"):
            return 400 if version == "0.9" else 505
        if len(hosts) > 1 or (not hosts and version == "1.1"):
            return 400
        if hosts and not _could_be_a_host(hosts[0].rstrip(b" \t").decode("latin-1")):
            return 400
        if version == "1.0" and names != [b""]:
            return 400
        is_left_to_the_parser = (
            names.index(b"chunked") + 1 < len(names) if b"chunked" in names else 1
        )
        return 501 if not is_left_to_the_parser and any(names[:-1]) else 0


def _could_be_a_host(host: str) -> bool:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        name, port = host, ""
    if set(port) - _DIGITS:
        return False
    if name.startswith("["):
        return name.endswith("]") and len(name) > 2 and not set(name[1:-1]) - _HEX - {":", "."}
    first, *escaped = name.split("%")
    if any(len(part) < 2 or set(part[:2]) - _HEX for part in escaped):
        return False
    return not set(first + "".join(escaped)) - _NAME


def read(raw: bytes) -> Reading:
    """Return what `raw` holds, up to the first request that ends its connection."""
    reading, events = Reading(), _Events()
    parser = events.parser
    for offset in range(len(raw)):
        try:
            parser.feed_data(raw[offset : offset + 1])
        except httptools.HttpParserUpgrade:
            reading.upgrades = True
            return reading
        except httptools.HttpParserError:
            reading.refused = True
            reading.broken_body = events.in_body and events.in_message
            return reading
        if events.stricter:
            reading.refused, reading.stricter = True, events.stricter
            return reading
        if events.is_complete:
            events.is_complete = False
            reading.methods.append(parser.get_method().decode("ascii"))
            reading.ends.append(offset + 1)
            if parser.get_http_version() == "1.0" or not parser.should_keep_alive():
                return reading
    reading.unfinished = events.in_message
    return reading
