"""What the shared parser makes of an input, found out without a server."""

from dataclasses import dataclass, field

import httptools


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
    """

    methods: list[str] = field(default_factory=list[str])
    ends: list[int] = field(default_factory=list[int])
    refused: bool = False
    broken_body: bool = False
    unfinished: bool = False
    upgrades: bool = False

    @property
    def answers(self) -> int:
        return len(self.methods) + self.refused


class _Events:
    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.url = b""
        self.in_message = self.in_body = self.is_complete = False

    def on_message_begin(self) -> None:
        self.url = b""
        self.in_message, self.in_body = True, False

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_headers_complete(self) -> None:
        if not self.parser.should_upgrade():
            httptools.parse_url(self.url)  # a target that is none is refused here
        self.in_body = True

    def on_message_complete(self) -> None:
        self.is_complete, self.in_message = True, False


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
        if events.is_complete:
            events.is_complete = False
            reading.methods.append(parser.get_method().decode("ascii"))
            reading.ends.append(offset + 1)
            if parser.get_http_version() == "1.0" or not parser.should_keep_alive():
                return reading
    reading.unfinished = events.in_message
    return reading
