"""A server that is asked to end answers what it has begun, and ends."""

import time
from collections.abc import Generator

import pytest

from tests.protocol.apps.waiting import Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, get, post


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def server(kind: Kind, told: Told) -> Generator[Server]:
    with serving(make(told), kind, timeout_graceful_shutdown=2) as server:
        yield server


def ask_to_end(server: Server) -> None:
    server.should_exit = True
    assert eventually(lambda: not server.servers[0].is_serving())
    # Connections are told in the same step in which the listening socket closes.
    server.call(lambda: None)


def test_idle_connections_are_closed(server: Server) -> None:
    with Client(server) as silent, Client(server) as idle, Client(server) as asgi:
        assert idle.is_open()
        asgi.send(get("/mounted/1"))
        asgi.answer()
        assert eventually(lambda: server.connections == 3)
        start = time.monotonic()
        server.should_exit = True
        assert [client.rest() for client in (silent, idle, asgi)] == [b"", b"", b""]
        assert server.join()
        assert time.monotonic() - start < 1.9
    assert server.errors == []


def test_a_request_in_flight_is_answered(told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/wait"))
        assert eventually(lambda: "began wait" in told.events)
        ask_to_end(server)
        server.call(told.release.set)
        answer = client.answer()
        assert (answer.status, answer.body) == (200, b"true")
        assert answer.header(b"connection") == b"close"
        assert client.rest() == b""
        assert server.join()
    assert told.events[-1] == "closed resource"
    assert server.errors == []


def test_requests_in_flight_on_many_connections(told: Told, server: Server) -> None:
    clients = [Client(server) for _ in range(30)]
    for client in clients:
        client.send(get("/number/1"))
        assert client.answer().status == 200
        client.send(get("/wait"))
    assert eventually(lambda: told.count("began wait") == 30)
    ask_to_end(server)
    server.call(told.release.set)
    assert [client.answer().body for client in clients] == [b"true"] * 30
    assert [client.rest() for client in clients] == [b""] * 30
    for client in clients:
        client.close()
    assert server.join()
    assert server.errors == []


def test_what_waits_in_a_pipeline_is_answered_in_order_or_not_at_all(
    told: Told, server: Server
) -> None:
    with Client(server) as client:
        client.send(get("/wait") + get("/number/1") + get("/later/2") + get("/mounted/3"))
        assert eventually(lambda: "began wait" in told.events)
        ask_to_end(server)
        server.call(told.release.set)
        assert client.answer().body == b"true"
        told_of: list[bytes] = []
        try:
            while True:
                told_of.append(client.answer(seconds=5).body)
        except EOFError:
            pass
        assert told_of == [b"1", b"2", b"3"][: len(told_of)]
        assert server.join()


def test_what_never_ends_is_cancelled(told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/wait"))
        assert eventually(lambda: "began wait" in told.events)
        server.should_exit = True
        # Nobody waits for ever: the connection ends, whatever it is told before.
        rest = client.rest()
        assert rest == b"" or rest.startswith(b"HTTP/1.1 500 ")
        assert server.join()
    assert told.events[-2:] == ["cancelled wait", "closed resource"]


def test_half_a_request_does_not_keep_it_alive(server: Server) -> None:
    raw = post("/echo", b'"hello"')
    with Client(server) as headers, Client(server) as body:
        headers.send_pieces([raw[:20]])
        body.send_pieces([raw[:-3]])
        server.should_exit = True
        assert server.join()


def test_a_finished_connection_is_not_used_again(told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/wait"))
        assert eventually(lambda: "began wait" in told.events)
        ask_to_end(server)
        client.send(get("/number/9"))
        server.call(told.release.set)
        assert client.answer().body == b"true"
        client.rest()
        assert server.join()
    assert server.errors == []
