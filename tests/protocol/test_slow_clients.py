"""Clients that take their time: they must not slow the others down, and not stay for ever."""

import resource
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager

import pytest

from talarian.engine.serve.lane import LaneProtocol
from tests.protocol.apps.waiting import Told, make
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, chunked, get, post

SLOW = 1000
LIMIT = 0.6
"""Seconds. Wide margins: the machine may be busy with something else."""
BODY = b'"' + b"x" * 998 + b'"'


class Impatient(LaneProtocol):
    timeout_request_headers = LIMIT
    timeout_request_body = LIMIT


@pytest.fixture(scope="module")
def server(lane: Kind) -> Generator[Server]:
    with serving(make(Told()), lane, protocol=Impatient) as server:
        yield server


@contextmanager
def many_files(count: int) -> Generator[None]:
    """Allow this process to have `count` files open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_ordinary_traffic_among_a_thousand_slow_ones(kind: Kind) -> None:
    """Each end of a connection is a file of this process: 2,000 in all."""
    raws = [get("/number/1", ("X", "x" * 100)), post("/echo", BODY), chunked("/echo", BODY)]
    with many_files(4 * SLOW), serving(make(Told()), kind) as server, ExitStack() as stack:
        slow = [stack.enter_context(Client(server)) for _ in range(SLOW)]
        assert eventually(lambda: server.connections == SLOW, 30)
        # A quarter of them never says anything.
        tricklers = [(client, raws[n % 3]) for n, client in enumerate(slow) if n % 4]
        for client, raw in tricklers:
            client.send(raw[:-60])
        took: list[float] = []
        with Client(server) as ordinary:
            for byte in range(6):
                for client, raw in tricklers:
                    client.send(raw[-60 + byte : -59 + byte])
                for _ in range(20):
                    start = time.monotonic()
                    ordinary.send(get("/number/1"))
                    assert ordinary.answer().body == b"1"
                    took.append(time.monotonic() - start)
        took.sort()
        assert took[len(took) * 99 // 100] < 2
        # They were slow, not wrong: each is answered in the end.
        for client, raw in tricklers:
            client.send(raw[-54:])
        assert {client.answer().status for client, _ in tricklers} == {200}


def closed_within(client: Client, seconds: float) -> tuple[list[int], float]:
    """The statuses that come before the connection ends, and when it does."""
    start = time.monotonic()
    statuses: list[int] = []
    try:
        while True:
            statuses.append(client.answer(seconds=seconds).status)
    except EOFError:
        pass
    return statuses, time.monotonic() - start


def trickle(client: Client, raw: bytes, pause: float) -> int:
    """Send byte after byte until the server closes; return how many it took."""
    before = client.server.connections
    for number in range(len(raw)):
        if client.server.connections < before:
            return number
        client.send(raw[number : number + 1])
        time.sleep(pause)
    return len(raw)


def test_the_defaults() -> None:
    assert LaneProtocol.timeout_request_headers == 60
    assert LaneProtocol.timeout_request_body == 60


def test_a_connection_that_says_nothing(server: Server) -> None:
    with Client(server) as client:
        statuses, seconds = closed_within(client, 10)
    assert statuses in ([], [408])
    assert LIMIT * 0.5 < seconds < LIMIT * 10


def test_headers_byte_by_byte(server: Server) -> None:
    """Each byte comes in time, and the whole does not."""
    raw = get("/number/1", ("X", "x" * 5000))
    with Client(server) as client:
        assert eventually(lambda: server.connections == 1)
        assert trickle(client, raw, 0.02) < len(raw)
        statuses, _ = closed_within(client, 10)
    assert statuses in ([], [408])
    assert eventually(lambda: server.connections == 0 == server.tasks)


@pytest.mark.parametrize("before", ["nothing", "a request", "a request through ASGI"])
def test_headers_that_stop(before: str, server: Server) -> None:
    with Client(server) as client:
        if before != "nothing":
            client.send(get("/mounted/1" if "ASGI" in before else "/number/1"))
            assert client.answer().body == b"1"
        client.send(get("/number/1")[:20])
        statuses, seconds = closed_within(client, 10)
    assert statuses in ([], [408])
    assert LIMIT * 0.5 < seconds < LIMIT * 10


BODIES = {
    "lane": post("/echo", BODY),
    "no such path": post("/nowhere", BODY),
    "nobody reads it": post("/number/1", BODY).replace(b"POST", b"GET"),
    "chunked": chunked("/echo", BODY),
    "expected": post("/echo", BODY, ("Expect", "100-continue")),
    "read by the endpoint": post("/read", BODY),
    "large": post("/echo", b'"%b"' % (b"x" * 2_000_000)),
    "a form of one's own": chunked("/read", BODY),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_stops(name: str, server: Server) -> None:
    raw = BODIES[name]
    with Client(server) as client:
        client.send(raw[:-20])
        statuses, seconds = closed_within(client, 10)
    assert seconds < LIMIT * 10
    assert set(statuses) <= {200, 400, 404, 408}
    assert eventually(lambda: server.connections == 0 == server.tasks)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_comes_slowly_but_surely(name: str, server: Server) -> None:
    raw = BODIES[name]
    head = raw.index(b"\r\n\r\n") + 4
    step = (len(raw) - head) // 5
    with Client(server) as client:
        client.send(raw[:head])
        for start in range(head, len(raw), step):
            time.sleep(LIMIT / 4)
            client.send(raw[start : start + step])
        assert client.answer().status in (200, 404)


def test_a_slow_endpoint_is_no_slow_client(lane: Kind) -> None:
    told = Told()
    with serving(make(told), lane, protocol=Impatient) as server, Client(server) as client:
        for raw in (get("/wait"), post("/wait-without-reading", BODY)):
            client.send(raw)
            time.sleep(LIMIT * 3)
            server.call(told.release.set)
            assert client.answer().body == b"true"
            server.call(told.release.clear)
        assert client.is_open()


def test_a_slow_reader_is_no_slow_client(lane: Kind) -> None:
    told = Told()
    with (
        serving(make(told), lane, protocol=Impatient) as server,
        Client(server, receive_buffer=4096) as client,
    ):
        client.send(get("/big") * 5)
        time.sleep(LIMIT * 3)
        assert [client.answer().status for _ in range(5)] == [200] * 5


def test_a_thousand_slow_ones_are_gone_in_time(lane: Kind) -> None:
    raws = [b"", get("/number/1")[:-10], post("/echo", BODY)[:-10], chunked("/echo", BODY)[:-10]]
    with (
        many_files(4 * SLOW),
        serving(make(Told()), lane, protocol=Impatient) as server,
        ExitStack() as stack,
    ):
        for number in range(SLOW):
            stack.enter_context(Client(server)).send(raws[number % 4])
        assert eventually(lambda: server.connections == 0 == server.tasks, LIMIT * 20)
        assert server.errors == []
