"""The floor: the same answers from a bare uvloop and httptools protocol, written by hand.

    python -m benchmarks.peers.floor PORT

It parses with httptools, validates with pydantic and writes JSON with pydantic, and does nothing
else: no routing table, no tasks, no dependencies, no time limits, no backpressure, no errors but
the ones that are asked for. No framework in Python on the same libraries can be faster.
"""

# The libraries live in an environment of their own, where types are not checked.
# mypy: disable-error-code="import-not-found"
# pyright: basic, reportMissingImports=false

import asyncio
import sys
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, unquote

import httptools
import uvloop
from pydantic import ValidationError
from pydantic_core import to_json

from benchmarks.app.models import Item, ItemOut, ItemQuery, created

read_query = ItemQuery.__pydantic_validator__.validate_python
read_item = Item.__pydantic_validator__.validate_json
write_item = ItemOut.__pydantic_serializer__.to_json
write_query = ItemQuery.__pydantic_serializer__.to_json


class Protocol(asyncio.Protocol):
    """One connection."""

    def __init__(self, head: dict[int, bytes]) -> None:
        self.head = head
        self.parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self.transport.close()

    def on_message_begin(self) -> None:
        self.url = b""
        self.body = b""
        self.headers: list[tuple[bytes, bytes]] = []

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        try:
            status, body = 200, self.answer()
        except ValidationError as error:
            status, body = 422, error.json().encode()
        self.transport.write(b"%b%d\r\n\r\n%b" % (self.head[status], len(body), body))
        if not self.parser.should_keep_alive():
            self.transport.close()

    def answer(self) -> bytes:
        path, _, query = self.url.partition(b"?")
        text = path.decode()
        if "%" in text:
            text = unquote(text)
        method = self.parser.get_method()
        if method == b"GET" and text == "/":
            return to_json({"message": "Hello"})
        if method == b"GET" and text.startswith("/items/"):
            given = dict(parse_qsl(query.decode(), keep_blank_values=True))
            given["item_id"] = text[len("/items/") :]
            return write_query(read_query(given))
        if method == b"POST" and text == "/items":
            return write_item(created(read_item(self.body)))
        raise SystemExit(f"The floor has no {method.decode()} {text}")


def fill(head: dict[int, bytes]) -> None:
    """Write the start of each response, with this second's date, up to the length of the body."""
    rest = f"date: {formatdate(usegmt=True)}\r\nserver: floor\r\n"
    rest += "content-type: application/json\r\ncontent-length: "
    head[200] = f"HTTP/1.1 200 OK\r\n{rest}".encode()
    head[422] = f"HTTP/1.1 422 Unprocessable Content\r\n{rest}".encode()


async def serve(port: int) -> None:
    head: dict[int, bytes] = {}
    fill(head)
    await asyncio.get_running_loop().create_server(lambda: Protocol(head), "127.0.0.1", port)
    while True:
        await asyncio.sleep(1)
        fill(head)


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
