"""Asking an application on plain ASGI, and writing down all that can be seen of it."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import anyio
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Scope

from .endpoints import ENDLESS_STREAMS
from .log import SEEN, log


@dataclass(frozen=True)
class Asked:
    """A request, and how its client behaves."""

    method: str
    query: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    pieces: tuple[bytes, ...]
    spec_version: str
    gone_after: int | None
    """The client hangs up when it was sent that many messages."""
    is_slow: bool
    """Whoever sends to the client has to wait."""

    def scope(self) -> Scope:
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": self.spec_version},
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "path": "/",
            "raw_path": b"/",
            "root_path": "",
            "query_string": self.query,
            "headers": list(self.headers),
            "client": ("client", 50000),
            "server": ("test", 80),
            "state": {},
        }


@dataclass
class Observed:
    """What became of a request."""

    events: list[tuple[Any, ...]]
    sent: list[Message]
    raised: tuple[str, str] | None
    warned: list[str]

    def differs_from(self, other: "Observed") -> bool:
        """Whether somebody could tell one from the other.

        How far a stream is made ahead of what is sent is a matter of the event loop's turns.
        """
        pieces, others = self._of_streams(True), other._of_streams(True)
        made = min(len(pieces), len(others))
        return (
            pieces[:made] != others[:made]
            or self._of_streams(False) != other._of_streams(False)
            or (self.sent, self.raised, self.warned) != (other.sent, other.raised, other.warned)
        )

    def _of_streams(self, wanted: bool) -> list[tuple[Any, ...]]:
        return [event for event in self.events if (event[0] == "piece") is wanted]


class Client:
    """One client that asks once."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.pieces = list(asked.pieces)
        self.sent: list[Message] = []
        self.over = anyio.Event()
        self.is_gone = False

    async def receive(self) -> Message:
        if self.pieces:
            piece = self.pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self.pieces)}
        await self.over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if self.is_gone:
            if self.asked.spec_version >= "2.4":
                raise OSError("the client is gone")
            return
        copied = dict(message)
        if "headers" in copied:
            copied["headers"] = list(copied["headers"])
        self.sent.append(copied)
        log.note("client", message["type"], message.get("more_body"))
        if self.asked.is_slow:
            await anyio.sleep(0)
        self.is_gone = len(self.sent) == self.asked.gone_after
        is_body = message["type"] == "http.response.body"
        if self.is_gone or (is_body and not message.get("more_body", False)):
            self.over.set()


def observe(app: ASGIApp, scope: Scope, asked: Asked, patience: float) -> Observed:
    """Ask an application; after `patience` seconds it will never answer."""
    log.events = []
    raised: tuple[str, str] | None = None
    sent: list[Message] = []

    async def run() -> None:
        SEEN.set(("client",))
        client = Client(asked)
        try:
            with anyio.fail_after(patience):
                await app(scope, client.receive, client.send)
        finally:
            sent.extend(client.sent)
            log.note("over", SEEN.get(()))

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            anyio.run(run)
        except BaseException as error:
            raised = type(error).__name__, str(error)
    # What says that something was not closed comes whenever the collector comes.
    warned = [str(found.message) for found in caught if found.category is not ResourceWarning]
    return Observed(log.events, sent, raised, warned)


_HEADERS: dict[bytes, tuple[bytes, ...]] = {
    b"host": (b"test", b"www.test", b"test:8000"),
    b"origin": (b"http://a.example", b"http://c.example", b"null", b"\xff"),
    b"accept-encoding": (b"gzip", b"br, gzip;q=0", b"identity"),
    b"cookie": (b"session=nonsense", b"a=1"),
    b"content-type": (b"application/json",),
    b"access-control-request-method": (b"GET", b"DELETE"),
    b"access-control-request-headers": (b"x-one", b"x-two, accept"),
    b"access-control-request-private-network": (b"true",),
    b"range": (b"bytes=2-5",),
}
_ALWAYS = (b"host",)


@st.composite
def requests(draw: st.DrawFn, endpoint: str) -> Asked:
    """Requests for one of the endpoints."""
    names = [*_ALWAYS, *draw(st.lists(st.sampled_from(sorted(_HEADERS)), max_size=5))]
    values: Callable[[bytes], bytes] = lambda name: draw(st.sampled_from(_HEADERS[name]))  # noqa: E731
    gone: st.SearchStrategy[int | None] = st.sampled_from([None] * 6 + [1, 2, 3])
    if endpoint in ENDLESS_STREAMS:
        gone = st.integers(1, 4)
    elif endpoint == "failing_stream":  # what comes first then is a matter of luck
        gone = st.none()
    return Asked(
        method=draw(st.sampled_from(["GET", "GET", "GET", "POST", "OPTIONS", "HEAD", "PUT"])),
        query=draw(st.sampled_from([b"", b"number=5", b"number=x&q=%20"])),
        headers=tuple((name, values(name)) for name in names),
        pieces=draw(
            st.sampled_from([(b"",), (b'{"name": "x"}',), (b'{"name"', b': "y"}'), (b"[", b"")])
        ),
        spec_version=draw(st.sampled_from(["2.3", "2.4"])),
        gone_after=draw(gone),
        is_slow=draw(st.booleans()),
    )
