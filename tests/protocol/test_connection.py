"""Connections: versions, keep-alive, HEAD, and how long an idle one may stay."""

import time
from collections.abc import Generator

import pytest

from tests.protocol.apps.waiting import Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, serving
from tests.protocol.wire import Client, get, post, request

KEEP_ALIVE = 1


@pytest.fixture(scope="module")
def told(kind: Kind) -> Told:
    return Told()


@pytest.fixture(scope="module")
def server(kind: Kind, told: Told) -> Generator[Server]:
    with serving(make(told), kind, timeout_keep_alive=KEEP_ALIVE) as server:
        yield server


TARGETS = ("/number/1", "/later/1", "/thread/1", "/mounted/1", "/number/x", "/nowhere")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("connection", [None, "keep-alive", "close"])
def test_http_1_0_is_closed_after_one(target: str, connection: str | None, server: Server) -> None:
    # RFC 9112 section 9.3 allows to keep it when asked to; uvicorn does not, nor do we.
    headers = [("Connection", connection)] if connection else []
    with Client(server) as client:
        client.send(request("GET", target, headers, version="1.0"))
        answer = client.answer()
        assert answer.header(b"connection") == b"close"
        assert answer.header(b"transfer-encoding") is None
        assert client.rest() == b""


@pytest.mark.parametrize("target", TARGETS)
def test_http_1_1_is_kept(target: str, server: Server) -> None:
    with Client(server) as client:
        for _ in range(3):
            client.send(get(target))
            assert client.answer().header(b"connection") is None
        assert client.is_open()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "value", ["close", "Close", "foo, close", "close, foo", "keep-alive, close"]
)
def test_connection_close(target: str, value: str, server: Server) -> None:
    with Client(server) as client:
        client.send(get(target, ("Connection", value)))
        assert client.answer().header(b"connection") == b"close"
        assert client.rest() == b""


@pytest.mark.parametrize("target", TARGETS)
def test_head_has_no_body(target: str, server: Server) -> None:
    with Client(server) as client:
        client.send(request("HEAD", target) + get("/number/5"))
        assert client.answer("HEAD").status in (200, 404, 405)
        assert client.answer().body == b"5"


def test_connections_are_forgotten(server: Server) -> None:
    for target in TARGETS:
        with Client(server) as client:
            client.send(get(target))
            client.answer()
            assert server.connections >= 1
    with Client(server) as client:
        assert client.is_open()
        assert server.connections == 1


@pytest.mark.parametrize("target", TARGETS)
def test_an_idle_connection_expires(target: str, server: Server) -> None:
    with Client(server) as client:
        client.send(get(target))
        client.answer()
        start = time.monotonic()
        assert client.rest() == b""
        assert KEEP_ALIVE * 0.8 < time.monotonic() - start < KEEP_ALIVE * 6


def test_each_request_is_a_new_lease(server: Server) -> None:
    with Client(server) as client:
        start = time.monotonic()
        while time.monotonic() - start < KEEP_ALIVE * 2:
            assert client.is_open()
            time.sleep(KEEP_ALIVE / 4)
        # Its own last request was a moment ago.
        assert client.is_open()


def test_a_slow_endpoint_is_not_idle(told: Told, server: Server) -> None:
    told.events.clear()
    with Client(server) as client:
        client.send(get("/number/1"))
        client.answer()
        client.send(get("/wait"))
        time.sleep(KEEP_ALIVE * 2.5)
        server.call(told.release.set)
        assert client.answer().body == b"true"
        assert client.is_open()
    server.call(told.release.clear)


def test_a_slow_body_is_not_idle(server: Server) -> None:
    raw = post("/sum", b"[1,2]")
    with Client(server) as client:
        client.send(get("/number/1"))
        client.answer()
        client.send(raw[:-2])
        time.sleep(KEEP_ALIVE * 2)
        client.send(raw[-2:])
        assert client.answer().body == b"3"
        assert client.is_open()
