"""Requests as bytes, for the endpoints of one application."""

from dataclasses import dataclass

from hypothesis import strategies as st

from ..middleware.endpoints import ENDLESS_STREAMS
from .connection import Sending

NEXT = b"GET /other/1 HTTP/1.1\r\nhost: test\r\n\r\n"
_HEADERS: dict[bytes, tuple[bytes, ...]] = {
    b"Origin": (b"http://a.example", b"http://c.example", b"null", b"\xff"),
    b"Accept-Encoding": (b"gzip", b"br, gzip;q=0", b"identity"),
    b"Cookie": (b"session=nonsense", b"a=1"),
    b"Content-Type": (b"application/json", b"text/plain"),
    b"Access-Control-Request-Method": (b"GET", b"DELETE"),
    b"Access-Control-Request-Headers": (b"x-one", b"x-two, accept"),
    b"Authorization": (b"Bearer a", b"bearer  b ", b"Basic eDp5", b"Basic x", b""),
    b"X-Forwarded-For": (b"1.2.3.4", b"unknown"),
    b"X-Forwarded-Proto": (b"https", b"http"),
    b"Connection": (b"close", b"keep-alive"),
    b"Range": (b"bytes=2-5",),
    b"If-None-Match": (b"*",),
}
_HOSTS = (b"test", b"test", b"test", b"www.test", b"test:8000", b"[::1]:80", b"")
"""Valid ones: others are refused on the lane (`serve.strict`)."""
_TARGETS = (
    *(b"/", b"/", b"/", b"/?number=5", b"/?number=x&q=%20", b"/?", b"/?q=\xc3\xa9", b"/%3Fa"),
    *(b"/other/3", b"/other/x", b"/other/%33?q=1", b"/checked/4", b"/checked/x", b"/nowhere"),
    *(b"/with/a%2Fb", b"/with/%5C%23", b"//with/a", b"/body", b"/secret", b"/basic"),
)
_BODIES = (b"", b'{"name": "x"}', b"[", b'{"name": 1}', b'{"name": "x", "price": 1e400}', b"x" * 99)


@dataclass(frozen=True)
class Message:
    """One request."""

    method: bytes
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    is_chunked: bool

    def data(self) -> bytes:
        lines = [self.method + b" " + self.target + b" HTTP/1.1"]
        lines += [name + b": " + value for name, value in self.headers]
        body = self.body
        if self.is_chunked:
            lines.append(b"Transfer-Encoding: chunked")
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        elif body:
            lines.append(b"Content-Length: %d" % len(body))
        return b"\r\n".join([*lines, b"", body])


@st.composite
def messages(draw: st.DrawFn) -> Message:
    names = draw(st.lists(st.sampled_from(sorted(_HEADERS)), max_size=5))
    host = b"Host", draw(st.sampled_from(_HOSTS))
    return Message(
        method=draw(st.sampled_from([b"GET"] * 10 + [b"POST"] * 4 + [b"OPTIONS", b"HEAD", b"PUT"])),
        target=draw(st.sampled_from(_TARGETS)),
        headers=(host, *[(name, draw(st.sampled_from(_HEADERS[name]))) for name in names]),
        body=draw(st.sampled_from(_BODIES)),
        is_chunked=draw(st.sampled_from([False] * 8 + [True])),
    )


@st.composite
def sendings(draw: st.DrawFn, endpoint: str) -> Sending:
    """What a client may send to an application that has this endpoint at `/`."""
    first = draw(messages()).data()
    after: tuple[bytes, ...] = draw(st.sampled_from([(), (NEXT,), (first, NEXT)]))
    return Sending(
        pieces=(first, *after),
        # Room for the head of the answer and some of the pieces.
        gone_after=900 if endpoint in ENDLESS_STREAMS else None,
        secure=draw(st.sampled_from([False, False, True])),
    )
