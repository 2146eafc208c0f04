"""What is no request, or one that no two readers agree about, and what is to become of it.

Section numbers are of RFC 9112. Each input is followed on the same connection by a second request,
for `/number/2`: it must not be run when the first was refused.
"""

from dataclasses import dataclass

from tests.protocol.kinds import Kind
from tests.protocol.wire import get

SECOND = get("/number/2")
POST = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
GET = b"GET /number/1 HTTP/1.1\r\nHost: a\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
HELLO = b'"hel"'


@dataclass(frozen=True)
class Malformed:
    """An input and its outcome.

    Attributes:
        statuses: Of all answers on the connection, in order. The last is the refusal, or that of
            the second request.
        runs: What the application is asked to do. A refused request is not in it.
        stays: Whether the connection is left open.
        reference: What uvicorn's own protocol makes of it, if it is not as strict.
    """

    raw: bytes
    statuses: tuple[int, ...] = (400,)
    runs: tuple[str, ...] = ()
    stays: bool = False
    reference: "Malformed | None" = None

    def on(self, kind: Kind) -> "Malformed":
        """The outcome on one kind of server."""
        return self if kind.is_lane or self.reference is None else self.reference


def refused(raw: bytes) -> Malformed:
    return Malformed(raw + SECOND)


def taken(raw: bytes, *runs: str, status: int = 200) -> Malformed:
    """Taken as a request, and so is the one behind it."""
    return Malformed(raw + SECOND, (status, 200), (*runs, "ran 2"), stays=True)


def stricter(reference: Malformed, status: int = 400) -> Malformed:
    """Refused by the lane, although the parser takes it."""
    return Malformed(reference.raw, (status,), reference=reference)


def closed_after(raw: bytes, *runs: str, status: int = 200) -> Malformed:
    """Taken as the last request of its connection."""
    return Malformed(raw + SECOND, (status,), runs)


def _length(value: bytes) -> bytes:
    return POST + b"Content-Length: %b\r\n\r\n" % value + HELLO


def _coding(value: bytes) -> bytes:
    return POST + b"Transfer-Encoding: %b\r\n\r\n" % value + b'5\r\n"hel"\r\n0\r\n\r\n'


def _chunk(line: bytes, data: bytes = HELLO) -> bytes:
    return CHUNKED + line + b"\r\n" + data + b"\r\n0\r\n\r\n"


def _field(line: bytes) -> bytes:
    return GET + line + b"\r\n\r\n"


def _host(value: bytes) -> bytes:
    return b"GET /number/1 HTTP/1.1\r\nHost: %b\r\n\r\n" % value


def _line(line: bytes) -> bytes:
    return line + b"\r\nHost: a\r\n\r\n"


LENGTHS = {
    "with chunked": refused(
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "chunked before it": refused(
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    ),
    "twice, equal": refused(POST + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\n" + HELLO),
    "twice, different": refused(POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + HELLO),
    "twice, one empty": refused(POST + b"Content-Length: 5\r\nContent-Length:\r\n\r\n" + HELLO),
    "a list": refused(_length(b"5,5")),
    "a list with a space": refused(_length(b"5, 5")),
    "plus": refused(_length(b"+5")),
    "minus": refused(_length(b"-1")),
    "minus nothing": refused(_length(b"-0")),
    "a space inside": refused(_length(b"5 5")),
    "hexadecimal": refused(_length(b"0x5")),
    "a letter": refused(_length(b"5a")),
    "a fraction": refused(_length(b"5.0")),
    "an underscore": refused(_length(b"0_5")),
    "a superscript": refused(_length(b"\xb2")),
    "Arabic digits": refused(_length(b"\xd9\xa5")),
    "empty": refused(_length(b"")),
    "too large to count": refused(_length(b"9" * 30)),
    "one more than 64 bits": refused(_length(b"18446744073709551616")),
    "a vertical tab": refused(_length(b"\x0b5")),
    "quoted": refused(_length(b'"5"')),
    "space around it (5.1)": taken(_length(b" \t5\t "), "ran hel"),
    "leading zeros (6.2: 1*DIGIT)": taken(_length(b"0005"), "ran hel"),
}
CODINGS = {
    "xchunked": refused(_coding(b"xchunked")),
    "identity": refused(_coding(b"identity")),
    "chunked, identity": refused(_coding(b"chunked, identity")),
    "chunked, chunked": refused(_coding(b"chunked, chunked")),
    "chunked, gzip": refused(_coding(b"chunked, gzip")),
    "chunked twice": refused(_coding(b"chunked\r\nTransfer-Encoding: chunked")),
    "chunked and identity": refused(_coding(b"chunked\r\nTransfer-Encoding: identity")),
    "a parameter": refused(_coding(b"chunked;q=1")),
    "quoted": refused(_coding(b'"chunked"')),
    "a comma behind": refused(_coding(b"chunked,")),
    "a vertical tab before": refused(_coding(b"\x0bchunked")),
    "a vertical tab behind": refused(_coding(b"chunked\x0b")),
    "NUL inside": refused(_coding(b"chun\0ked")),
    "empty": refused(_coding(b"")),
    "folded": refused(POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
    "a space before the colon": refused(POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    "in upper case (7: case-insensitive)": taken(_coding(b"CHUNKED"), "ran hel"),
    "in HTTP/1.0 (6.1)": stricter(
        closed_after(_coding(b"chunked").replace(b"HTTP/1.1", b"HTTP/1.0"), "ran hel")
    ),
    "gzip, chunked (6.1: 501)": stricter(taken(_coding(b"gzip, chunked"), "ran hel"), 501),
    "gzip, then chunked (6.1: 501)": stricter(
        taken(_coding(b"gzip\r\nTransfer-Encoding: chunked"), "ran hel"), 501
    ),
}
CHUNKS = {
    "hexadecimal prefix": refused(_chunk(b"0x5")),
    "plus": refused(_chunk(b"+5")),
    "minus": refused(_chunk(b"-5")),
    "a space before": refused(_chunk(b" 5")),
    "a space behind": refused(_chunk(b"5 ")),
    "an underscore": refused(_chunk(b"5_")),
    "no size": refused(_chunk(b"")),
    "no number": refused(_chunk(b"g")),
    "too large to count": refused(_chunk(b"f" * 17)),
    "an extension with a line feed": refused(_chunk(b"5;a\nb")),
    "an extension with a carriage return": refused(_chunk(b"5;a\rb")),
    "an extension with NUL": refused(_chunk(b"5;\0")),
    "an extension over two lines": refused(_chunk(b'5;a="x\r\ny"')),
    "a space before an extension": refused(_chunk(b"5 ;a=b")),
    "bare line feeds": refused(CHUNKED + b'5\n"hel"\n0\n\n'),
    "more data than said": refused(_chunk(b"5", HELLO + b"XX")),
    "less data than said": refused(_chunk(b"7")),
    "no end of line behind data": refused(CHUNKED + b'5\r\n"hel"0\r\n\r\n'),
    "a Content-Length as trailer": refused(
        CHUNKED + b'5\r\n"hel"\r\n0\r\nContent-Length: 9\r\n\r\n'
    ),
    "a Transfer-Encoding as trailer": refused(
        CHUNKED + b'5\r\n"hel"\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'
    ),
    "a trailer with a bare line feed": refused(CHUNKED + b'5\r\n"hel"\r\n0\r\nX: a\n\r\n'),
    "leading zeros (7.1: 1*HEXDIG)": taken(_chunk(b"0005"), "ran hel"),
    "an extension (7.1.1: ignored)": taken(_chunk(b'5;a=b;c="d"'), "ran hel"),
    "a trailer (7.1.2: may be dropped)": taken(
        CHUNKED + b'5\r\n"hel"\r\n0\r\nX-Trailer: a\r\n\r\n', "ran hel"
    ),
}
FIELDS = {
    "bare line feeds": refused(b"GET /number/1 HTTP/1.1\nHost: a\n\n"),
    "a bare line feed behind a field": refused(b"GET /number/1 HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
    "a bare line feed at the end": refused(b"GET /number/1 HTTP/1.1\r\nHost: a\r\n\n"),
    "a bare line feed behind the request line": refused(b"GET /number/1 HTTP/1.1\nHost: a\r\n\r\n"),
    "a bare carriage return behind the request line": refused(
        b"GET /number/1 HTTP/1.1\rHost: a\r\n\r\n"
    ),
    "a bare carriage return between fields": refused(_field(b"X: a\rY: b")),
    "a bare carriage return in a value": refused(_field(b"X: a\rb")),
    "a carriage return too many": refused(GET + b"X: a\r\n\r\r\n\r\n"),
    "folded (5.2)": refused(_field(b"X: a\r\n b")),
    "folded with a tab": refused(_field(b"X: a\r\n\tb")),
    "folded at once": refused(b"GET /number/1 HTTP/1.1\r\n Host: a\r\n\r\n"),
    "a folded Content-Length": refused(POST + b"Content-Length:\r\n 5\r\n\r\n" + HELLO),
    "NUL in a value": refused(_field(b"X: a\0b")),
    "a control byte in a value": refused(_field(b"X: a\x01b")),
    "a vertical tab in a value": refused(_field(b"X: a\x0bb")),
    "DEL in a value": refused(_field(b"X: a\x7fb")),
    "NUL in a name": refused(_field(b"X\0: a")),
    "a control byte in a name": refused(_field(b"X\x01: a")),
    "a letter beyond ASCII in a name": refused(_field("Xé: a".encode())),
    "a space in a name": refused(_field(b"X Y: a")),
    "a space before the colon (5.1)": refused(_field(b"X : a")),
    "a tab before the colon": refused(_field(b"X\t: a")),
    "a space before a Content-Length's colon": refused(
        POST + b"Content-Length : 5\r\n\r\n" + HELLO
    ),
    "no colon": refused(_field(b"XY")),
    "no name": refused(_field(b": a")),
    "brackets in a name": refused(_field(b"X(): a")),
    "a slash in a name": refused(_field(b"X/: a")),
    "a letter beyond ASCII in a value (5.5: obs-text)": taken(_field(b"X: \xe9"), "ran 1"),
}
LINES = {
    "HTTP/0.9": refused(b"GET /number/1 x\r\n\r\n"),
    "a version of one digit": refused(_line(b"GET /number/1 HTTP/11")),
    "a version of two digits": refused(_line(b"GET /number/1 HTTP/01.1")),
    "HTTP/1.2": refused(_line(b"GET /number/1 HTTP/1.2")),
    "HTTP/3.0": refused(_line(b"GET /number/1 HTTP/3.0")),
    "a version in lower case": refused(_line(b"GET /number/1 http/1.1")),
    "another protocol": refused(_line(b"GET /number/1 ICE/1.0")),
    "a space behind": refused(_line(b"GET /number/1 HTTP/1.1 ")),
    "tabs between": refused(_line(b"GET\t/number/1\tHTTP/1.1")),
    "a space before": refused(_line(b" GET /number/1 HTTP/1.1")),
    "a space in the target": refused(_line(b"GET /number/1 2 HTTP/1.1")),
    "a method in lower case": refused(_line(b"get /number/1 HTTP/1.1")),
    "a method nobody knows": refused(_line(b"FOO /number/1 HTTP/1.1")),
    "no method": refused(_line(b"/number/1 HTTP/1.1")),
    "NUL in the target": refused(_line(b"GET /number/\x001 HTTP/1.1")),
    "a control byte in the target": refused(_line(b"GET /number/\x011 HTTP/1.1")),
    "DEL in the target": refused(_line(b"GET /number/\x7f1 HTTP/1.1")),
    "a letter beyond ASCII in the target": refused(_line("GET /number/é HTTP/1.1".encode())),
    "a target without a slash": refused(_line(b"GET number/1 HTTP/1.1")),
    "a target that is a query": refused(_line(b"GET ?a=b HTTP/1.1")),
    "authority form (3.2.3) with GET": refused(_line(b"GET a:80 HTTP/1.1")),
    "asterisk form (3.2.4)": taken(_line(b"OPTIONS * HTTP/1.1"), status=404),
    "asterisk form with GET": taken(_line(b"GET * HTTP/1.1"), status=404),
    "the preface of HTTP/2": refused(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "a ClientHello of TLS": refused(bytes.fromhex("16030100c2010000be0303") + b"\0" * 183),
    "nothing but zeros": refused(b"\0" * 100),
    "a method of Go": refused(b"GET" * 100 + b" / HTTP/1.1\r\n\r\n"),
    "absolute form (3.2.2)": taken(_line(b"GET http://a/number/1 HTTP/1.1"), "ran 1"),
    "empty lines before (2.2)": taken(b"\r\n\r\n" + GET + b"\r\n", "ran 1"),
    "two spaces between (3: may be taken)": taken(_line(b"GET  /number/1  HTTP/1.1"), "ran 1"),
    "HTTP/1.0": closed_after(_line(b"GET /number/1 HTTP/1.0"), "ran 1"),
    "HTTP/1.0 without Host": closed_after(b"GET /number/1 HTTP/1.0\r\n\r\n", "ran 1"),
    "HTTP/1.0 with two Hosts (3.2)": stricter(
        closed_after(b"GET /number/1 HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "ran 1")
    ),
    "HTTP/2.0 in the form of 1.1": stricter(
        closed_after(_line(b"GET /number/1 HTTP/2.0"), "ran 1"), 505
    ),
    "HTTP/2.0 that would stay": stricter(
        taken(_line(b"GET /number/1 HTTP/2.0\r\nConnection: keep-alive"), "ran 1"), 505
    ),
    "no version, as HTTP/0.9": stricter(closed_after(b"GET /number/1\r\n\r\n", "ran 1")),
    "HTTP/0.9, by name": stricter(closed_after(_line(b"GET /number/1 HTTP/0.9"), "ran 1")),
    # Nothing tells it from HTTP once it is parsed, and it is answered in HTTP.
    "RTSP": closed_after(_line(b"GET /number/1 RTSP/1.0"), "ran 1"),
}
HOSTS = {
    "none (3.2)": stricter(taken(b"GET /number/1 HTTP/1.1\r\n\r\n", "ran 1")),
    "none, with a body": stricter(taken(_length(b"5").replace(b"Host: a\r\n", b""), "ran hel")),
    "two (3.2)": stricter(taken(_field(b"Host: b"), "ran 1")),
    "two that are equal": stricter(taken(_field(b"Host: a"), "ran 1")),
    "two in absolute form": stricter(
        taken(_line(b"GET http://a/number/1 HTTP/1.1\r\nHost: b"), "ran 1")
    ),
    **{
        f"impossible: {value!r}": stricter(taken(_host(value), "ran 1"))
        for value in (b"a/b c", b"a b", b"a,b c", b"u@a", b"a?b", b"a#b", b"a:b", b"a:80:80", b"[a")
    },
    **{
        f"impossible: {value!r}": stricter(taken(_host(value), "ran 1"))
        for value in (b"[::1", b"::1", b"[::1]a", b"a%zz", b"\xe9.example", b"a\\b", b'"a"', b"<a>")
    },
    **{
        f"possible: {value!r}": taken(_host(value), "ran 1")
        for value in (b"", b"a:", b"a:81", b"[::1]", b"[::1]:80", b"[v1.a:b]", b"a_b", b"%41.b")
    },
    **{
        f"possible: {value!r}": taken(_host(value), "ran 1")
        for value in (b"127.0.0.1:8000", b"xn--bcher-kva.example.", b"EXAMPLE.com", b"a \t", b"a,b")
    },
    "as a trailer": taken(CHUNKED + b'5\r\n"hel"\r\n0\r\nHost: b\r\n\r\n', "ran hel"),
}
MALFORMED = {
    f"{group}: {name}": case
    for group, cases in (
        ("Content-Length", LENGTHS),
        ("Transfer-Encoding", CODINGS),
        ("chunk", CHUNKS),
        ("header", FIELDS),
        ("request line", LINES),
        ("Host", HOSTS),
    )
    for name, case in cases.items()
}
