"""A client that sends any bytes, and reads responses framed as RFC 9112 section 6.3 says."""

import re
import select
import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

from tests.protocol.server import PATIENCE, Server

DATE = re.compile(rb"(?<=\r\ndate: )[^\r\n]+|(?<=; expires=)[^;\r\n]+")
"""The second of a response: its own date, or that of a cookie that ends with it."""
SIGNED = re.compile(rb"(session=[^.;\r\n]+)\.[^;\r\n]+")
"""A session's cookie: what it says, then the second it was signed in and the signature."""

Headers = Iterable[tuple[str, str | bytes]]


def request(
    method: str, target: str | bytes, headers: Headers = (), body: bytes = b"", version: str = "1.1"
) -> bytes:
    """A request with a Host field, and a Content-Length if there is a body."""
    path = target if isinstance(target, bytes) else target.encode("latin-1")
    lines = [b"%b %b HTTP/%b" % (method.encode(), path, version.encode()), b"Host: example.com"]
    for name, value in headers:
        text = value if isinstance(value, bytes) else value.encode("latin-1")
        lines.append(b"%b: %b" % (name.encode("latin-1"), text))
    if body:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body])


def get(target: str | bytes, *headers: tuple[str, str | bytes]) -> bytes:
    return request("GET", target, headers)


def post(target: str, body: bytes, *headers: tuple[str, str | bytes]) -> bytes:
    return request("POST", target, [("Content-Type", "application/json"), *headers], body)


def chunked(target: str, *chunks: bytes, trailer: bytes = b"") -> bytes:
    """A POST whose body comes in these chunks."""
    headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
    parts = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks]
    return b"".join([request("POST", target, headers), *parts, b"0\r\n", trailer, b"\r\n"])


@dataclass(frozen=True)
class Answer:
    """One final response.

    Attributes:
        raw: Its bytes, with those of the interim responses before it.
        interim: The statuses of these.
        complete: False if the connection ended in the middle.
    """

    raw: bytes
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    interim: tuple[int, ...] = ()
    complete: bool = True

    def header(self, name: bytes) -> bytes | None:
        """The value of the first field of that name."""
        return next((value for key, value in self.headers if key == name), None)


class Silence(Exception):
    """The server sent nothing for too long."""


class Client:
    """A connection to a server."""

    def __init__(
        self, server: Server, *, tls: ssl.SSLContext | None = None, receive_buffer: int = 0
    ) -> None:
        self.server = server
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.buffer = bytearray()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()

    def close(self) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send, unless the server has closed the connection already."""
        with suppress(ConnectionError, ssl.SSLError):
            self.socket.sendall(data)

    def send_pieces(self, pieces: Iterable[bytes], *, until_answered: bool = False) -> None:
        """Send each piece when the server has read the one before it.

        Args:
            until_answered: Send no more when the server has something to say.
        """
        for piece in pieces:
            wanted = self.server.received + len(piece)
            self.send(piece)
            while self.server.received < wanted:
                answered = bool(select.select([self.socket], [], [], 0.0005)[0])
                if answered and until_answered:
                    return
                if answered and self.server.connections == 0:
                    break  # it has closed, and reads nothing any more

    def end(self) -> None:
        """Say that nothing more will be sent."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def answer(self, method: str = "GET", seconds: float = PATIENCE) -> Answer:
        """Read one response to a request with `method`.

        Raises:
            Silence: It did not come, or not all of it, within `seconds` of quiet.
            EOFError: The connection ended before the response began.
        """
        raw, interim = b"", []
        while True:
            head = self.until(b"\r\n\r\n", seconds)
            raw += head
            status, headers = parse_head(head)
            if status >= 200 or status == 101:
                break
            interim.append(status)
        body, complete = self._body(method, status, dict(headers), seconds)
        plain = dechunked(body) if dict(headers).get(b"transfer-encoding") else body
        return Answer(raw + body, status, headers, plain, tuple(interim), complete)

    def _body(
        self, method: str, status: int, headers: dict[bytes, bytes], seconds: float
    ) -> tuple[bytes, bool]:
        if method == "HEAD" or status in (101, 204, 304):
            return b"", True
        try:
            if headers.get(b"transfer-encoding") == b"chunked":
                return self._chunks(seconds), True
            if (length := headers.get(b"content-length")) is not None:
                return self._exactly(int(length), seconds), True
        except EOFError:
            return self._take(len(self.buffer)), False
        return self.rest(seconds), True

    def _chunks(self, seconds: float) -> bytes:
        parts: list[bytes] = []
        while True:
            parts.append(self.until(b"\r\n", seconds))
            if (size := int(parts[-1], 16)) == 0:
                return b"".join([*parts, self.until(b"\r\n", seconds)])
            parts.append(self._exactly(size + 2, seconds))

    def rest(self, seconds: float = PATIENCE) -> bytes:
        """Read until the connection ends."""
        while self._fill(seconds):
            pass
        return self._take(len(self.buffer))

    def is_open(self) -> bool:
        """Whether the server still answers on this connection."""
        self.send(get("/"))
        try:
            return self.answer().complete
        except EOFError:
            return False

    def until(self, mark: bytes, seconds: float = PATIENCE) -> bytes:
        """Read up to the end of `mark`, which is an interim response, say."""
        while mark not in self.buffer:
            if not self._fill(seconds):
                raise EOFError(f"the connection ended after {self.buffer!r}")
        return self._take(self.buffer.index(mark) + len(mark))

    def _exactly(self, size: int, seconds: float) -> bytes:
        parts = [self._take(min(size, len(self.buffer)))]
        missing = size - len(parts[0])
        while missing:
            if not self._fill(seconds):
                self.buffer = bytearray().join(parts)
                raise EOFError("the connection ended in the middle of a body")
            parts.append(self._take(min(missing, len(self.buffer))))
            missing -= len(parts[-1])
        return b"".join(parts)

    def _fill(self, seconds: float) -> bool:
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(1 << 18)
        except TimeoutError:
            raise Silence(f"{seconds} s without a byte, after {self.buffer[:1000]!r}") from None
        except (ConnectionError, ssl.SSLError):
            return False
        self.buffer += data
        return bool(data)

    def _take(self, size: int) -> bytes:
        taken = bytes(self.buffer[:size])
        del self.buffer[:size]
        return taken


def parse_head(head: bytes) -> tuple[int, tuple[tuple[bytes, bytes], ...]]:
    """The status and the header fields. Every line must be as strict as RFC 9112 has it."""
    status_line, *lines = head[:-4].split(b"\r\n")
    match = re.fullmatch(rb"HTTP/1\.1 (\d{3}) [ -~]*", status_line)
    assert match is not None, f"not a status line: {status_line!r}"
    fields = [line.split(b": ", 1) for line in lines]
    assert all(len(field) == 2 for field in fields), f"not header fields: {head!r}"
    return int(match[1]), tuple((field[0], field[1]) for field in fields)


def dechunked(raw: bytes) -> bytes:
    """The data in a chunked body that was framed already."""
    parts: list[bytes] = []
    start = 0
    while start < len(raw):
        line_end = raw.index(b"\r\n", start)
        data = line_end + 2
        end = data + int(raw[start:line_end], 16)
        parts.append(raw[data:end])
        start = end + 2
    return b"".join(parts)


def normalised(raw: bytes, server: Server) -> bytes:
    """Bytes of responses, with one date in all of them and one port in their links."""
    raw = SIGNED.sub(rb"\1.SIGNED", raw)
    # Ephemeral ports have five digits, so that lengths agree too.
    return DATE.sub(b"DATE", raw).replace(b":%d" % server.port, b":12345")
