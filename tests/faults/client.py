"""A client over real sockets that knows how to misbehave."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

HUNG = 30.0
"""Seconds after which no answer is taken for none at all."""


class Lost(Exception):
    """The connection ended before there was an answer."""


class GaveUp(Exception):
    """The client itself has hung up, after it had sent everything, or before."""


class Strange(Exception):
    """What came back is not an answer to the request."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    """The JSON."""


class Connection:
    """A connection that is kept alive."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.last: str | None = None
        """The key of the request before."""

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    def close(self) -> None:
        self._writer.transport.abort()

    async def ask(self, request: bytes, sending: "Sending") -> Answer:
        """Send a request and read its answer.

        Raises:
            Lost: The server, or the way to it, has closed the connection.
            GaveUp: The client has.
            Strange: The answer cannot be read.
            TimeoutError: There is none.
        """
        try:
            async with asyncio.timeout(HUNG):
                await sending(self._writer, request)
                return await self._answer()
        except (OSError, asyncio.IncompleteReadError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise Lost(type(error).__name__) from error

    async def _answer(self) -> Answer:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.rstrip().split("\r\n")
        fields = (line.partition(": ") for line in lines)
        headers = {name.lower(): value for name, _, value in fields}
        length = headers.get("content-length")
        if not status.startswith("HTTP/1.1 ") or length is None:
            raise Strange(head)
        body = await self._reader.readexactly(int(length))
        # After an exception nobody has handled, uvicorn closes the connection without saying so;
        # after a deadline too, when the endpoint fails later. What is sent then is lost.
        if headers.get("connection") == "close" or status.split(" ")[1] in ("500", "504"):
            self._writer.close()
        is_json = headers.get("content-type", "").startswith("application/json")
        return Answer(int(status.split(" ")[1]), json.loads(body) if is_json else body.decode())

    @property
    def is_closing(self) -> bool:
        return self._writer.is_closing() or self._reader.at_eof()


Sending = Callable[[asyncio.StreamWriter, bytes], Awaitable[None]]


def post(path: str, body: Mapping[str, object], headers: Mapping[str, str]) -> bytes:
    """The bytes of a request with a JSON body."""
    text = json.dumps(body).encode()
    fields = {"Host": "test", "Content-Type": "application/json", **headers}
    lines = [f"{name}: {value}" for name, value in fields.items()]
    head = "\r\n".join([f"POST {path} HTTP/1.1", *lines, f"Content-Length: {len(text)}"])
    return head.encode() + b"\r\n\r\n" + text


def get(path: str) -> bytes:
    """The bytes of a request without a body."""
    return f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode()


# How a client may send.


async def at_once(writer: asyncio.StreamWriter, request: bytes) -> None:
    writer.write(request)
    await writer.drain()


def in_pieces(chance: Random, most: int, longest: float) -> Sending:
    """Send at most so many pieces, with pauses of so many seconds between them."""
    count = chance.randint(2, most)

    async def send(writer: asyncio.StreamWriter, request: bytes) -> None:
        edges = sorted(chance.sample(range(1, len(request)), count - 1))
        for begin, end in zip([0, *edges], [*edges, len(request)], strict=True):
            writer.write(request[begin:end])
            await writer.drain()
            await asyncio.sleep(chance.uniform(0, longest))

    return send


def hanging_up(chance: Random, longest: float) -> Sending:
    """Send everything, and hang up at most so many seconds later."""

    async def send(writer: asyncio.StreamWriter, request: bytes) -> None:
        await at_once(writer, request)
        await asyncio.sleep(chance.uniform(0, longest))
        _hang_up(writer, chance)

    return send


def half(chance: Random) -> Sending:
    """Send a part, and hang up."""

    async def send(writer: asyncio.StreamWriter, request: bytes) -> None:
        await at_once(writer, request[: chance.randint(1, len(request) - 1)])
        await asyncio.sleep(chance.uniform(0, 0.02))
        _hang_up(writer, chance)

    return send


def _hang_up(writer: asyncio.StreamWriter, chance: Random) -> None:
    # With RST or with FIN: the server learns of the two in different ways.
    if chance.random() < 0.5:
        writer.transport.abort()
    else:
        writer.close()
    raise GaveUp
