"""Malformed requests: refused by every server, in the same way, with nothing smuggled behind."""

from collections.abc import Generator

import pytest

from tests.protocol.apps.waiting import Told, make
from tests.protocol.kinds import REFERENCE, Kind
from tests.protocol.malformed import MALFORMED, Malformed
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, get, normalised

CASES = pytest.mark.parametrize("case", [pytest.param(c, id=name) for name, c in MALFORMED.items()])
STRICTER = pytest.mark.parametrize(
    "case", [pytest.param(c, id=name) for name, c in MALFORMED.items() if c.reference is not None]
)


@pytest.fixture(scope="module")
def told(kind: Kind) -> Told:
    return Told()


@pytest.fixture(scope="module")
def server(kind: Kind, told: Told) -> Generator[Server]:
    with serving(make(told), kind) as server:
        yield server


@pytest.fixture(scope="module")
def reference() -> Generator[Server]:
    with serving(make(Told()), REFERENCE) as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_yet(told: Told, server: Server) -> None:
    told.events.clear()
    server.records.clear()


def answers(server: Server, case: Malformed) -> tuple[list[int], list[bytes], bool]:
    """The statuses, the bytes, and whether the connection stayed."""
    statuses: list[int] = []
    raw: list[bytes] = []
    with Client(server) as client:
        client.send(case.raw)
        try:
            while len(statuses) < len(case.statuses):
                answer = client.answer(seconds=2)
                statuses.append(answer.status)
                raw.append(normalised(answer.raw, server))
            stays = client.is_open()
        except EOFError:
            stays = False
    return statuses, raw, stays


@CASES
def test_outcome(case: Malformed, kind: Kind, told: Told, server: Server) -> None:
    case = case.on(kind)
    statuses, _, stays = answers(server, case)
    assert (tuple(statuses), stays) == (case.statuses, case.stays)
    assert eventually(lambda: server.tasks == 0)
    assert told.events == list(case.runs)
    # The next one is served as if nothing had been.
    with Client(server) as client:
        assert client.is_open()


@CASES
def test_bytes_of_the_answer(
    case: Malformed, kind: Kind, reference: Server, server: Server
) -> None:
    if kind.is_lane and case.reference is not None:
        return  # `test_what_the_lane_says_when_it_is_stricter`
    assert answers(server, case) == answers(reference, case)


@STRICTER
def test_what_the_lane_says_when_it_is_stricter(
    case: Malformed, kind: Kind, server: Server
) -> None:
    if not kind.is_lane:
        return  # `test_outcome` knows what it takes
    with Client(server) as client:
        client.send(case.raw)
        answer = client.answer()
        assert answer.header(b"connection") == b"close"
        assert answer.header(b"content-type") == b"text/plain; charset=utf-8"
        assert client.rest() == b""
    [record] = server.records
    assert record.getMessage() == f"Invalid HTTP request received: {answer.body.decode()}"


@CASES
def test_byte_by_byte(case: Malformed, kind: Kind, told: Told, server: Server) -> None:
    case = case.on(kind)
    if case.stays:
        return  # `test_pieces` cuts what is in order
    with Client(server) as client:
        client.send_pieces((bytes([byte]) for byte in case.raw[:400]), until_answered=True)
        statuses: list[int] = []
        try:
            while True:
                statuses.append(client.answer(seconds=2).status)
        except EOFError:
            pass
    # A reset may overtake the answer when more bytes are on the way, but a wrong one never comes.
    assert tuple(statuses) in (case.statuses, ())
    assert eventually(lambda: server.tasks == 0)
    assert told.events == list(case.runs)


@CASES
def test_behind_a_request_that_waits(
    case: Malformed, kind: Kind, told: Told, server: Server
) -> None:
    case = case.on(kind)
    with Client(server) as client:
        client.send(get("/later/0") + case.raw)
        statuses: list[int] = []
        try:
            while len(statuses) < len(case.statuses) + 1:
                statuses.append(client.answer(seconds=2).status)
        except EOFError:
            pass
    # uvicorn sends its 400 at once, so that the answer to the first request is lost.
    assert tuple(statuses) in ((200, *case.statuses), (400,))
    assert eventually(lambda: server.tasks == 0)
    assert [event for event in told.events if event != "ran 0"] in (list(case.runs), [])


def test_a_refusal_is_final(kind: Kind, told: Told, server: Server) -> None:
    with Client(server) as client:
        client.send(b"\0\r\n\r\n")
        answer = client.answer()
        client.send(get("/number/1"))
        assert client.rest() == b""
    assert answer.status == 400
    assert answer.header(b"connection") == b"close"
    assert answer.body == b"Invalid HTTP request received."
    assert told.events == []
    assert [record.levelname for record in server.records] == ["WARNING"]


def test_a_connect_reaches_no_endpoint(told: Told, server: Server) -> None:
    for target in (b"a:80", b"/number/1"):
        with Client(server) as client:
            client.send(b"CONNECT %b HTTP/1.1\r\nHost: a\r\n\r\n" % target)
            assert client.answer("CONNECT").status in (400, 404, 405)
    assert told.events == []


def test_no_upgrade_without_a_host(kind: Kind, told: Told, server: Server) -> None:
    if not kind.is_lane:
        return  # uvicorn upgrades it
    with Client(server) as client:
        client.send(
            b"GET /number/1 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert client.answer().status == 400
        assert client.rest() == b""
    assert told.events == []


def test_floods_of_nonsense_leave_nothing(server: Server) -> None:
    for number in range(200):
        with Client(server) as client:
            client.send(bytes([number]) * 1000)
    assert eventually(lambda: server.tasks == 0 == server.connections)
    with Client(server) as client:
        assert client.is_open()
    assert server.errors == []
