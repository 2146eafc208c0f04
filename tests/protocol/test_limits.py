"""How large a request's head may be on the lane: uvicorn's own protocol takes any size."""

from collections.abc import Generator

import pytest

from talarian.engine.serve.lane import LaneProtocol
from tests.protocol.apps.waiting import Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, get, post

LIMIT = 4096


class Small(LaneProtocol):
    max_header_size = LIMIT


@pytest.fixture(scope="module")
def told(lane: Kind) -> Told:
    return Told()


@pytest.fixture(scope="module")
def server(lane: Kind, told: Told) -> Generator[Server]:
    with serving(make(told), lane, protocol=Small) as server:
        yield server


def padded(size: int, target: str = "/number/1") -> bytes:
    """A request whose head is `size` bytes long."""
    missing = size - len(get(target, ("X", "")))
    return get(target, ("X", "x" * missing))


WAYS = pytest.mark.parametrize("target", ["/number/1", "/mounted/1", "/nowhere"])


def test_the_default_is_64_kib() -> None:
    assert LaneProtocol.max_header_size == 65536


@WAYS
def test_what_fits_is_taken(target: str, server: Server) -> None:
    with Client(server) as client:
        for size in (LIMIT // 2, LIMIT - 100):
            client.send(padded(size, target))
            assert client.answer().status in (200, 404)
        assert client.is_open()


@WAYS
def test_too_many_headers(target: str, server: Server) -> None:
    for raw in (
        padded(LIMIT * 2, target),
        get(target, *((f"X-{number}", "x") for number in range(1000))),
    ):
        with Client(server) as client:
            client.send(raw)
            answer = client.answer()
            assert (answer.status, answer.header(b"connection")) == (431, b"close")
            assert client.rest() == b""


def test_a_target_that_is_too_long(told: Told, server: Server) -> None:
    for target in ("/number/1?" + "a" * 2 * LIMIT, "/" + "a" * 2 * LIMIT):
        with Client(server) as client:
            client.send(get(target))
            answer = client.answer()
            assert (answer.status, answer.header(b"connection")) == (414, b"close")
            assert client.rest() == b""


@pytest.mark.parametrize("end", [b"", b"\r\n", b" HTTP/1.1\r\nX: "], ids=repr)
def test_a_head_that_never_ends(end: bytes, server: Server) -> None:
    with Client(server) as client:
        client.send_pieces([b"GET /number/1?a=" + end], until_answered=True)
        client.send_pieces([b"x" * 1000] * 20, until_answered=True)
        assert client.answer().status in (400, 414, 431)
        assert client.rest() == b""
    assert eventually(lambda: server.connections == 0)


def test_a_trailer_that_never_ends(server: Server) -> None:
    head = post("/echo", b"x", ("Transfer-Encoding", "chunked")).split(b"Content-Length")[0]
    with Client(server) as client:
        client.send_pieces([head + b'\r\n3\r\n"a"\r\n0\r\n'], until_answered=True)
        client.send_pieces([b"X: " + b"x" * 1000 + b"\r\n"] * 200, until_answered=True)
        assert client.answer(seconds=2).status in (200, 400, 431)
        client.rest()
    assert server.received < 10_000_000
    assert eventually(lambda: server.connections == 0 == server.tasks)


def test_the_limit_is_for_each_request(server: Server) -> None:
    raw = padded(LIMIT - 500)
    with Client(server) as client:
        client.send(raw * 50)
        assert [client.answer().status for _ in range(50)] == [200] * 50
        assert client.is_open()


@pytest.mark.parametrize("size", [1, 100, 700, 5000, 70_000])
def test_pipelines_cut_anywhere_are_within_it(size: int, server: Server) -> None:
    raw = get("/number/1") * (40 if size == 1 else 4000)
    with Client(server) as client:
        client.send_pieces(raw[start : start + size] for start in range(0, len(raw), size))
        count = raw.count(b"GET ")
        assert [client.answer().status for _ in range(count)] == [200] * count
        assert client.is_open()


def test_a_body_does_not_count(server: Server) -> None:
    body = b'"' + b"x" * LIMIT * 4 + b'"'
    with Client(server) as client:
        client.send(post("/echo", body) * 3)
        assert [client.answer().status for _ in range(3)] == [200] * 3
        client.send_pieces([post("/echo", body)[:-10], body[-10:] + get("/number/1")[:20]])
        client.send(get("/number/1")[20:])
        assert [client.answer().status for _ in range(2)] == [200] * 2


def test_a_refusal_comes_after_the_answers_before_it(told: Told, server: Server) -> None:
    told.events.clear()
    with Client(server) as client:
        client.send(get("/later/5") + get("/number/6") + padded(LIMIT * 2, "/number/7"))
        assert [client.answer().body for _ in range(2)] == [b"5", b"6"]
        assert client.answer().status == 431
        assert client.rest() == b""
    assert told.events == ["ran 5", "ran 6"]
