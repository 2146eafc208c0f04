"""Valid requests, and ways to break them."""

from itertools import pairwise
from random import Random

from tests.protocol.wire import chunked, get, post, request

JSON = b'"hello"'
CORPUS = (
    get("/number/1"),
    get("/number/2?a=b&c=%20", ("X-A", "b"), ("Accept", "*/*")),
    get("/later/3"),
    get("/thread/4"),
    get("/mounted/5"),
    get("/nowhere"),
    get("http://example.com/number/6"),
    get("/number/7", ("Connection", "close")),
    get("/number/8", ("Connection", "keep-alive")),
    request("HEAD", "/number/9"),
    request("DELETE", "/number/1"),
    request("OPTIONS", "*"),
    request("GET", "/number/1", version="1.0"),
    request("GET", "/number/2", [], b"a body"),
    post("/echo", JSON),
    post("/sum", b"[1, 2, 3]"),
    post("/sum", b'{"no": "list"}'),
    post("/read", b"x" * 50),
    post("/echo", JSON, ("Expect", "100-continue")),
    chunked("/echo", JSON[:3], JSON[3:]),
    chunked("/read", b"x" * 30, b"y", trailer=b"X-Trailer: a\r\n"),
    post("/echo", JSON, ("Cookie", "a=b; c=d"), ("X-Empty", "")),
)
# What parsers are known to disagree about.
TOKENS = (
    *(b"\r\n", b"\n", b"\r", b"\0", b" ", b"\t", b"\x0b", b":", b",", b";", b"\x7f", b"\xff"),
    *(b"\r\n\r\n", b"\n\n", b"\r\n ", b"0\r\n\r\n", b"Content-Length: 3\r\n", b"+", b"-", b"0x"),
    *(b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n", b"HTTP/1.0", b"%00"),
    *(b"Content-Length: 0\r\n", b"Host: b\r\n", b"Connection: close\r\n", b"HTTP/1.1", b"/", b"?"),
    *(b"Expect: 100-continue\r\n", b"GET / HTTP/1.1\r\n", b"chunked", b"99999999999999999999"),
)


def made(random: Random) -> bytes:
    """One to four requests in a row, most of them broken somewhere."""
    raw = b"".join(random.choice(CORPUS) for _ in range(random.choice((1, 1, 2, 3, 4))))
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 5))):
        raw = _mutated(raw, random)
    return raw


def cut(raw: bytes, random: Random) -> list[bytes]:
    """The same bytes in a few pieces."""
    count = random.choice((0, 1, 1, 2, 4))
    cuts = sorted({0, len(raw), *(random.randrange(len(raw) + 1) for _ in range(count))})
    return [raw[start:end] for start, end in pairwise(cuts)]


def _mutated(raw: bytes, random: Random) -> bytes:
    start = random.randrange(len(raw) + 1)
    end = min(len(raw), start + random.choice((1, 1, 2, 5, 20)))
    match random.randrange(6):
        case 0:  # flip a bit
            flipped = bytes(byte ^ (1 << random.randrange(8)) for byte in raw[start : start + 1])
            return raw[:start] + flipped + raw[start + 1 :]
        case 1:  # insert a byte
            return raw[:start] + bytes([random.randrange(256)]) + raw[start:]
        case 2:  # delete
            return raw[:start] + raw[end:]
        case 3:  # repeat
            return raw[:end] + raw[start:]
        case 4:  # splice something of another request in
            other = random.choice(CORPUS)
            first = random.randrange(len(other))
            return raw[:start] + other[first : first + random.randrange(40)] + raw[end:]
        case _:
            return raw[:start] + random.choice(TOKENS) + raw[random.choice((start, end)) :]
