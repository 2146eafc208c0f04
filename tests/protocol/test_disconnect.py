"""A client that goes away ends nothing but its own connection, and nothing is left behind."""

import socket
import struct
from collections.abc import Callable, Generator

import pytest

from tests.protocol.apps.waiting import CHUNK, CHUNKS, Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, get, request


@pytest.fixture
def told(kind: Kind) -> Told:
    return Told()


@pytest.fixture
def server(kind: Kind, told: Told) -> Generator[Server]:
    with serving(make(told), kind) as server:
        yield server


def reset(client: Client) -> None:
    """Close with a RST instead of a FIN."""
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


Leave = Callable[[Client], None]
LEAVING = pytest.mark.parametrize("leave", [Client.close, reset, Client.end])


def nothing_left(server: Server) -> bool:
    return eventually(lambda: server.tasks == 0 == server.connections)


@LEAVING
def test_while_an_endpoint_waits(leave: Leave, told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/wait"))
        assert eventually(lambda: "began wait" in told.events)
        leave(client)
        assert eventually(lambda: server.connections == 0)
        server.call(told.release.set)
        assert nothing_left(server)
    # It goes on as if nothing had happened: a payment is not half done because a phone slept.
    assert told.events == ["opened resource", "began wait", "ended wait", "closed resource"]
    assert server.errors == []


@LEAVING
def test_with_others_in_the_pipeline(leave: Leave, told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/wait") + get("/number/1") + get("/later/2") + get("/mounted/3"))
        assert eventually(lambda: "began wait" in told.events)
        leave(client)
        # While others wait, nothing is read, so that nobody knows yet that the client has left.
        server.call(told.release.set)
        assert nothing_left(server)
    assert told.count("closed resource") == 1
    assert server.errors == []


@LEAVING
@pytest.mark.parametrize("framing", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
@pytest.mark.parametrize("target", ["/read", "/echo", "/sum"])
def test_in_the_middle_of_a_body(
    leave: Leave, framing: str, target: str, told: Told, server: Server
) -> None:
    name, value = framing.split(": ")
    piece = b'"hello' if value == "1000" else b'6\r\n"hello\r\n'
    headers = [("Content-Type", "application/json"), (name, value)]
    with Client(server) as client:
        client.send_pieces([request("POST", target, headers), piece])
        leave(client)
        assert nothing_left(server)
    assert not any(event.startswith(("ran", "ended")) for event in told.events)


@LEAVING
def test_in_the_middle_of_the_headers(leave: Leave, server: Server) -> None:
    with Client(server) as client:
        client.send_pieces([get("/number/1")[:20]])
        leave(client)
        assert nothing_left(server)
    assert server.errors == []


@LEAVING
def test_without_a_word(leave: Leave, server: Server) -> None:
    with Client(server) as client:
        assert eventually(lambda: server.connections == 1)
        leave(client)
        assert nothing_left(server)
    assert server.records == []


def test_the_endpoint_can_see_it(told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/until-disconnected"))
        assert eventually(lambda: told.events == ["connected"])
    assert eventually(lambda: told.events == ["connected", "disconnected"])
    assert nothing_left(server)
    assert server.errors == []


def test_the_endpoint_sees_none_where_there_is_none(told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/until-disconnected"))
        assert eventually(lambda: "connected" in told.events)
        assert not eventually(lambda: "disconnected" in told.events, 0.2)
        assert server.connections == 1
    assert nothing_left(server)


@LEAVING
def test_while_a_stream_is_sent(leave: Leave, told: Told, server: Server) -> None:
    with Client(server, receive_buffer=4096) as client:
        client.send(get("/stream"))
        assert eventually(lambda: told.produced > 0)
        leave(client)
        if leave is not Client.end:
            assert nothing_left(server)
            assert told.count("closed stream") == 1
            assert told.produced < len(CHUNK) * CHUNKS


@LEAVING
def test_before_the_response_is_read(leave: Leave, server: Server) -> None:
    for target in ("/number/1", "/later/1", "/thread/1", "/mounted/1", "/big", "/fail/1"):
        with Client(server) as client:
            client.send(get(target))
            leave(client)
            if leave is not Client.end:
                assert nothing_left(server)
    assert nothing_left(server)


def test_many_leave_at_once(told: Told, server: Server) -> None:
    clients = [Client(server) for _ in range(100)]
    for client in clients:
        client.send(get("/wait"))
    assert eventually(lambda: told.count("began wait") == 100)
    for client in clients:
        reset(client)
    assert eventually(lambda: server.connections == 0)
    server.call(told.release.set)
    assert nothing_left(server)
    assert told.count("closed resource") == 100
    assert server.errors == []
    with Client(server) as client:
        assert client.is_open()
