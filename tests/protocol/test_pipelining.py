"""Requests sent without waiting are answered in order, whatever each of them goes through."""

from collections.abc import Generator
from itertools import permutations

import pytest

from tests.protocol.apps.waiting import Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.transcript import LAST
from tests.protocol.wire import Client, chunked, get, post, request

# One request of each way through the server; the number tells them apart.
WAYS = {
    "at once": lambda number: get(f"/number/{number}"),
    "suspended": lambda number: get(f"/later/{number}"),
    "thread": lambda number: get(f"/thread/{number}"),
    "ASGI": lambda number: get(f"/mounted/{number}"),
    "body": lambda number: post("/echo", b'"%d"' % number),
    "chunked": lambda number: chunked("/echo", b'"', b'%d"' % number),
}
FOUR = tuple(WAYS)[:4]


@pytest.fixture(scope="module")
def told(kind: Kind) -> Told:
    return Told()


@pytest.fixture(scope="module")
def server(kind: Kind, told: Told) -> Generator[Server]:
    with serving(make(told), kind) as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_yet(told: Told, server: Server) -> None:
    told.events.clear()
    server.records.clear()


def mixed(ways: tuple[str, ...]) -> tuple[bytes, list[str]]:
    """A pipeline through these ways, and what its answers contain."""
    numbers = range(10, 10 + len(ways))
    raw = b"".join(WAYS[way](number) for way, number in zip(ways, numbers, strict=True))
    return raw, [str(number) for number in numbers]


def bodies(client: Client, count: int) -> list[str]:
    return [client.answer().body.decode().strip('"') for _ in range(count)]


@pytest.mark.parametrize("ways", list(permutations(FOUR)), ids="-".join)
def test_order(ways: tuple[str, ...], told: Told, server: Server) -> None:
    raw, expected = mixed(ways * 2)
    with Client(server) as client:
        client.send(raw)
        assert bodies(client, 8) == expected
        assert client.is_open()
    assert told.events == [f"ran {number}" for number in expected]


@pytest.mark.parametrize("ways", list(permutations(WAYS, 2)), ids="-".join)
def test_order_of_two(ways: tuple[str, ...], server: Server) -> None:
    raw, expected = mixed(ways)
    with Client(server) as client:
        for _ in range(3):
            client.send(raw)
            assert bodies(client, 2) == expected


@pytest.mark.parametrize("way", WAYS)
def test_many_of_one_way(way: str, server: Server) -> None:
    raw, expected = mixed((way,) * 200)
    with Client(server) as client:
        client.send(raw)
        assert bodies(client, 200) == expected
        assert client.is_open()


def test_more_than_one_read_can_hold(server: Server) -> None:
    # A read takes 256 KiB at most.
    count = 10_000
    raw = b"".join(get(f"/number/{number}") for number in range(count))
    assert len(raw) > 400_000
    with Client(server) as client:
        client.send(raw)
        assert bodies(client, count) == [str(number) for number in range(count)]


def test_a_suspended_request_again_and_again_between_many(server: Server) -> None:
    ways = (*("at once",) * 30, "suspended", *("at once",) * 30, "ASGI", "thread") * 10
    raw, expected = mixed(ways)
    with Client(server) as client:
        client.send(raw)
        assert bodies(client, len(ways)) == expected


def test_one_connection_does_not_keep_others_waiting(server: Server) -> None:
    with Client(server) as busy, Client(server) as other:
        busy.send(get("/number/1") * 3000)
        other.send(get("/number/2"))
        assert bodies(other, 1) == ["2"]
        assert bodies(busy, 3000) == ["1"] * 3000


def test_what_follows_connection_close_is_not_run(kind: Kind, told: Told, server: Server) -> None:
    for way in FOUR:
        told.events.clear()
        closing = WAYS[way](1).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with Client(server) as client:
            client.send(closing + get("/number/2") + get("/later/3"))
            answer = client.answer()
            assert (answer.status, answer.body) == (200, b"1")
            assert answer.header(b"connection") == b"close"
            assert client.rest() == b""
        assert eventually(lambda: server.tasks == 0)
        assert told.events == ["ran 1"]


def test_nonsense_after_connection_close(kind: Kind, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/number/1", ("Connection", "close")) + b"\0nonsense\r\n\r\n")
        answer = client.answer()
        assert client.rest() == b""
    # uvicorn drops the answer for its 400 if both come in one read.
    assert answer.status == 200 if kind.is_lane else answer.status in (200, 400)


def test_nonsense_after_answers(kind: Kind, told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/number/1"))
        assert client.answer().body == b"1"
        client.send(b"\0nonsense\r\n\r\n" + get("/number/2"))
        answer = client.answer()
        assert (answer.status, answer.header(b"connection")) == (400, b"close")
        assert client.rest() == b""
    assert told.events == ["ran 1"]


def test_an_error_does_not_disturb_what_came_before(told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(get("/later/1") + get("/number/2") + get("/fail/3") + LAST)
        assert bodies(client, 2) == ["1", "2"]
        answer = client.answer()
        assert (answer.status, answer.body) == (500, b"Internal Server Error")
        # uvicorn closes the connection after an exception; a server may also go on in order.
        rest = client.rest()
        assert rest == b"" or rest.startswith(b"HTTP/1.1 200 OK\r\n")
    assert told.events == ["ran 1", "ran 2", "ran 3"]


@pytest.mark.parametrize("way", FOUR)
def test_expect_behind_another_request(way: str, server: Server) -> None:
    head, body = post("/echo", b'"2"', ("Expect", "100-continue")).split(b'"', 1)
    with Client(server) as client:
        client.send(WAYS[way](1) + head)
        first = client.answer()
        assert (first.body, first.interim) == (b"1", ())
        # Only now is it this request's turn to be told to go on.
        interim = client.until(b"\r\n\r\n", 5)
        assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.send(b'"' + body)
        assert bodies(client, 1) == ["2"]
        assert client.is_open()


def test_expect_with_the_body_right_behind(server: Server) -> None:
    raw = post("/echo", b'"1"', ("Expect", "100-continue"))
    with Client(server) as client:
        client.send(get("/later/0") + raw + get("/number/2"))
        assert bodies(client, 3) == ["0", "1", "2"]
        assert client.is_open()


def test_nobody_is_told_to_go_on_who_did_not_ask(server: Server) -> None:
    head, body = post("/echo", b'"1"')[:-3], b'"1"'
    with Client(server) as client:
        client.send(head)
        client.send(body)
        assert client.answer().interim == ()
        client.send(request("GET", "/number/1", [("Expect", "100-continue")]))
        assert client.answer().status == 200
