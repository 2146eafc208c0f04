"""Whole responses as bytes: what uvicorn's own protocol writes, or nothing."""

import asyncio
import json
import logging
from typing import Any

import anyio
import pytest
from hypothesis import event, given, settings, strategies as st
from starlette.responses import JSONResponse, PlainTextResponse, Response
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from talarian.engine.serve.wire import Heads, RawHeaders

DEFAULTS: list[tuple[bytes, bytes]] = [(b"date", b"now"), (b"server", b"uvicorn")]
LENGTH = b"content-length"


class Written:
    """As much of a connection as a response needs."""

    def __init__(self) -> None:
        self.data = b""
        self.is_closed = False
        self.write_paused = False

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None:
        self.is_closed = True


def by_uvicorn(
    status: int, headers: RawHeaders, body: bytes, keep_alive: bool = True
) -> tuple[bytes, bool] | str:
    """What uvicorn writes, and whether it closes the connection then; or why it does not."""
    connection: Any = Written()

    async def main() -> None:
        cycle = RequestResponseCycle(
            scope={"method": "GET"},  # type: ignore[typeddict-item]
            transport=connection,
            flow=connection,
            logger=logging.getLogger("unused"),
            access_logger=logging.getLogger("unused"),
            access_log=False,
            default_headers=list(DEFAULTS),
            message_event=asyncio.Event(),
            expect_100_continue=False,
            keep_alive=keep_alive,
            on_response=lambda: None,
        )
        await cycle.send({"type": "http.response.start", "status": status, "headers": headers})
        await cycle.send({"type": "http.response.body", "body": body, "more_body": False})

    try:
        anyio.run(main)
    except (RuntimeError, ValueError) as error:
        return str(error)
    return connection.data, connection.is_closed


NAMES = (
    *(b"content-type", b"X-Own", b"Set-Cookie", b"set-cookie", b"Vary", b"x\xff", LENGTH),
    *(b"Content-Length", b"connection", b"Transfer-Encoding", b"date", b"server"),
)
VALUES = (
    *(b"", b"a", b"text/plain; charset=utf-8", b"close", b"chunked", b"keep-alive", b"0", b"3"),
    *(b"a\r\nx-injected: 1", b"a\nb", b"a\x00b", b"\ttab\t", b"\xe9", b" 3", b"+3", b"03"),
)
names = st.sampled_from(NAMES) | st.binary(max_size=4)
values = st.sampled_from(VALUES) | st.binary(max_size=6)
bodies = st.sampled_from([b"", b"abc", b"\r\n\r\n", b"x" * 1000]) | st.binary(max_size=8)
statuses = st.sampled_from([200, 201, 204, 206, 304, 404, 418, 500, 599, 299])


@st.composite
def responses(draw: st.DrawFn) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Nearly always with a right length, and with other headers of every kind."""
    body = draw(bodies)
    headers = draw(st.lists(st.tuples(names, values), max_size=4))
    if draw(st.sampled_from([True] * 5 + [False])):
        index = draw(st.integers(0, len(headers)))
        headers.insert(
            index, (draw(st.sampled_from([LENGTH, b"Content-Length"])), b"%d" % len(body))
        )
    return draw(statuses), headers, body


@settings(max_examples=500, deadline=None)
@given(responses(), st.booleans())
def test_whole_responses(
    response: tuple[int, list[tuple[bytes, bytes]], bytes], keep_alive: bool
) -> None:
    data = Heads().whole(response[0], DEFAULTS, *response[1:], keep_alive)
    event("written" if data is not None else "left to uvicorn")
    if data is not None:
        assert by_uvicorn(*response, keep_alive) == (data, not keep_alive)


@pytest.mark.parametrize("keep_alive", [True, False])
@pytest.mark.parametrize("status", [200, 201, 203, 299, 404, 500])
@pytest.mark.parametrize("value", [{}, [], "é", {"a": [1.5, None]}])
def test_json(value: Any, status: int, keep_alive: bool) -> None:
    response = JSONResponse(value, status)
    body = bytes(response.body)
    data = Heads().json(status, DEFAULTS, body, keep_alive)
    assert (data, not keep_alive) == by_uvicorn(status, response.raw_headers, body, keep_alive)
    assert json.loads(data.partition(b"\r\n\r\n")[2]) == value


@pytest.mark.parametrize(
    "response",
    [
        PlainTextResponse("é"),
        Response(status_code=201, headers={"X-One": "1", "location": "/a"}),
        Response(b"", media_type="image/png"),
    ],
)
def test_usual_responses_are_written_here(response: Response) -> None:
    response.set_cookie("a", "1")
    response.set_cookie("b", "2")
    status, body = response.status_code, bytes(response.body)
    data = Heads().whole(status, DEFAULTS, response.raw_headers, body, True)
    assert (data, False) == by_uvicorn(status, response.raw_headers, body)


@pytest.mark.parametrize("value", [b"a\r\nx-injected: 1", b"a\nb", b"a\rb", b"a\x00b", b"\x7f"])
@pytest.mark.parametrize("name", [b"x-one", b"set-cookie", LENGTH])
def test_values_that_would_split_a_response(name: bytes, value: bytes) -> None:
    headers = [(LENGTH, b"0"), (name, value)]
    assert Heads().whole(200, DEFAULTS, headers, b"", True) is None
    assert by_uvicorn(200, headers, b"") == "Invalid HTTP header value."


@pytest.mark.parametrize("name", [b"x y", b"x:y", b"x\r\n", b"\tx", b"(x)"])
def test_names_that_are_none(name: bytes) -> None:
    headers = [(LENGTH, b"0"), (name, b"1")]
    assert Heads().whole(200, DEFAULTS, headers, b"", True) is None
    assert by_uvicorn(200, headers, b"") == "Invalid HTTP header name."


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(LENGTH, b"2")],
        [(LENGTH, b"4")],
        [(LENGTH, b"03")],
        [(LENGTH, b"+3")],
        [(LENGTH, b"3"), (b"Content-Length", b"3")],
        [(LENGTH, b"3"), (b"Connection", b"close")],
        [(LENGTH, b"3"), (b"connection", b"upgrade")],
        [(b"Transfer-Encoding", b"chunked")],
        [(LENGTH, b"3"), (b"transfer-encoding", b"chunked")],
    ],
)
def test_framing_that_has_to_be_looked_at(headers: list[tuple[bytes, bytes]]) -> None:
    assert Heads().whole(200, DEFAULTS, headers, b"abc", True) is None


def test_heads_are_made_anew_with_the_date() -> None:
    heads, later = Heads(), [(b"date", b"later")]
    assert b"date: now\r\nserver: uvicorn\r\n" in heads.json(200, DEFAULTS, b"{}", True)
    assert b"date: now\r\n" in heads.json(200, DEFAULTS, b"[]", True)
    assert b"date: later\r\n" in heads.json(200, later, b"{}", True)
    assert b"date: later\r\n" in (heads.whole(200, later, [(LENGTH, b"0")], b"", True) or b"")
    assert b"server" not in heads.json(200, later, b"{}", True)
    assert heads.json(404, later, b"{}", True).startswith(b"HTTP/1.1 404 Not Found\r\n")


@pytest.mark.parametrize(("status", "text"), [(400, "Invalid HTTP request received."), (431, "x")])
def test_refusals_are_written_as_uvicorn_writes_responses(status: int, text: str) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (LENGTH, b"%d" % len(text)),
        (b"connection", b"close"),
    ]
    data = Heads().refusal(status, DEFAULTS, text)
    assert (data, True) == by_uvicorn(status, headers, text.encode())
