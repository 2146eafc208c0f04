"""Backpressure: what a client does not read, or an endpoint does not take, is not piled up."""

import threading
import time
from collections.abc import Generator

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tests.protocol.apps.waiting import BIG, CHUNK, CHUNKS, PAGE, Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, chunked, get, post, request

FLOOD = 4_000_000
MEGABYTE = 1_000_000

WAYS = {
    "at once": get("/page"),
    "suspended": get("/page/later"),
    "thread": get("/page/thread"),
    "ASGI": get("/mounted/page"),
    "body": post("/page", b'"x"'),
    "chunked": chunked("/page", b'"x"'),
}


@pytest.fixture
def told(kind: Kind) -> Told:
    return Told()


@pytest.fixture
def server(kind: Kind, told: Told) -> Generator[Server]:
    with serving(make(told), kind) as server:
        yield server


def settle(server: Server, told: Told, seconds: float = 20) -> None:
    """Wait until the server neither reads nor runs anything any more."""
    deadline = time.monotonic() + seconds
    before = (-1, -1, -1)
    while (now := (server.received, len(told.events), told.produced)) != before:
        assert time.monotonic() < deadline, "the server never rests"
        before = now
        time.sleep(0.3)


def buffered(server: Server) -> tuple[int, int]:
    """Bytes waiting to be written, and requests waiting to be run, on the only connection."""

    def look() -> tuple[int, int]:
        [connection] = server.server_state.connections
        assert isinstance(connection, HttpToolsProtocol)
        return connection.transport.get_write_buffer_size(), len(connection.pipeline)

    return server.call(look)


def test_a_flood_of_requests_that_nobody_reads(kind: Kind, told: Told, server: Server) -> None:
    raw = get("/number/7")
    count = (FLOOD if kind.is_lane else FLOOD // 8) // len(raw)
    with Client(server, receive_buffer=4096) as client:
        sender = threading.Thread(target=client.send, args=(raw * count,))
        sender.start()
        settle(server, told)
        written, waiting = buffered(server)
        # One read of 256 KiB may be answered after the brake is pulled.
        assert written < 4 * MEGABYTE
        if kind.is_lane:
            # uvicorn reads on after each response, so that its pipeline holds all there is to read.
            assert waiting * len(raw) <= 600_000
        assert [client.answer().body for _ in range(count)] == [b"7"] * count
        sender.join()
        assert client.is_open()


@pytest.mark.parametrize("way", WAYS)
def test_pages_that_nobody_reads(way: str, told: Told, server: Server) -> None:
    count = 600
    with Client(server, receive_buffer=4096) as client:
        client.send(WAYS[way] * count)
        settle(server, told)
        # All of them were 12 MB. The sockets' own buffers take some.
        written, _ = buffered(server)
        assert written < 2 * MEGABYTE
        lengths = {len(client.answer().body) for _ in range(count)}
        assert lengths <= {PAGE, PAGE + 2}
        assert client.is_open()


def test_big_responses_that_nobody_reads(told: Told, server: Server) -> None:
    with Client(server, receive_buffer=4096) as client:
        client.send(get("/big") * 30)
        settle(server, told)
        written, _ = buffered(server)
        assert told.count("ran big") <= 4
        assert written <= 3 * BIG
        for _ in range(30):
            assert len(client.answer().body) == BIG + 2
        assert client.is_open()


def test_a_stream_that_nobody_reads(told: Told, server: Server) -> None:
    with Client(server, receive_buffer=4096) as client:
        client.send(get("/stream"))
        settle(server, told)
        # The sockets' own buffers on both sides take some megabytes.
        assert told.produced < 16 * MEGABYTE
        assert buffered(server)[0] < MEGABYTE
        assert len(client.answer().body) == CHUNKS * len(CHUNK)
        assert client.is_open()


@pytest.mark.parametrize("form", ["length", "chunked"])
def test_a_body_that_nobody_takes(form: str, told: Told, server: Server) -> None:
    size = 20 * MEGABYTE
    body = b"x" * size
    target = "/wait-without-reading"
    raw = request("POST", target, [], body) if form == "length" else chunked(target, body)
    with Client(server) as client:
        sender = threading.Thread(target=client.send, args=(raw,))
        sender.start()
        assert eventually(lambda: "began wait" in told.events)
        settle(server, told)
        assert server.received < 2 * MEGABYTE
        server.call(told.release.set)
        assert client.answer().body == b"true"
        # What is left of the body is read and dropped, and the connection stays in order.
        sender.join()
        assert client.is_open()


@pytest.mark.parametrize("form", ["length", "chunked"])
def test_a_large_body_is_taken(form: str, told: Told, server: Server) -> None:
    body = b"x" * (8 * MEGABYTE)
    raw = request("POST", "/read", [], body) if form == "length" else chunked("/read", body)
    with Client(server) as client:
        for _ in range(2):
            client.send(raw)
            assert client.answer().body == b"%d" % len(body)
        assert client.is_open()


def test_those_who_read_are_not_slowed_by_those_who_do_not(told: Told, server: Server) -> None:
    lazy = [Client(server, receive_buffer=4096) for _ in range(20)]
    for client in lazy:
        client.send(get("/big") * 3)
    with Client(server) as client:
        start = time.monotonic()
        for _ in range(200):
            client.send(get("/number/1"))
            assert client.answer().body == b"1"
        assert time.monotonic() - start < 10
    for client in lazy:
        client.close()
    assert eventually(lambda: server.tasks == 0 == server.connections)
