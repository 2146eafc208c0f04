"""The same bytes as from uvicorn's own protocol, request by request."""

from collections.abc import Generator, Mapping

import pytest

from tests.protocol.apps import ordinary
from tests.protocol.cases import FAILURES, ORDINARY, READING, RESPONSES
from tests.protocol.kinds import REFERENCE, Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.transcript import together, transcript
from tests.protocol.wire import Client, get

WAITS = (b"Upgrade", b"100-continue")
GROUPS: dict[str, Mapping[str, bytes]] = {
    "ordinary": ORDINARY,
    "responses": RESPONSES,
    "failures": FAILURES,
    "reading": READING,
}
CASES = [
    pytest.param(raw, id=f"{group}: {name}")
    for group, cases in GROUPS.items()
    for name, raw in cases.items()
]
# What follows an upgrade or a 100-continue in one read is answered or not, as it happens to come.
PIPELINED = [
    case
    for case in CASES
    if not any(mark in raw for raw in case.values if isinstance(raw, bytes) for mark in WAITS)
]
# Their dependencies and background tasks tell what they did when they are asked after the response.
AFTERWARDS = {
    "yield": ("/dependent/yield", b'["sync","async"]'),
    "background": ("/dependent/background", b'["background"]'),
    "background, async": ("/dependent/background/async", b'["background async"]'),
}


@pytest.fixture(scope="module")
def reference() -> Generator[Server]:
    with serving(ordinary.make(), REFERENCE) as server:
        yield server


@pytest.fixture(scope="module")
def server(subject: Kind) -> Generator[Server]:
    with serving(ordinary.make(), subject) as server:
        yield server


@pytest.mark.parametrize("raw", CASES)
def test_alone(raw: bytes, reference: Server, server: Server) -> None:
    assert transcript(server, raw) == transcript(reference, raw)


@pytest.mark.parametrize("raw", CASES)
def test_twice_on_one_connection(raw: bytes, reference: Server, server: Server) -> None:
    assert transcript(server, raw, raw) == transcript(reference, raw, raw)


@pytest.mark.parametrize("raw", PIPELINED)
def test_with_another_right_behind(raw: bytes, reference: Server, server: Server) -> None:
    assert together(server, raw) == together(reference, raw)


@pytest.mark.parametrize("raw", FAILURES.values(), ids=FAILURES)
def test_what_is_logged_of_a_failure(raw: bytes, reference: Server, server: Server) -> None:
    logged: list[list[tuple[str, str]]] = []
    for each in (server, reference):
        each.records.clear()
        transcript(each, raw)
        assert eventually(lambda: each.tasks == 0)  # noqa: B023
        logged.append([(record.levelname, record.getMessage()) for record in each.records])
    assert logged[0] == logged[1]


@pytest.mark.parametrize("case", AFTERWARDS)
def test_what_happens_after_the_response(case: str, server: Server) -> None:
    target, expected = AFTERWARDS[case]
    with Client(server) as client:
        client.send(get(target))
        assert client.answer().status == 200

        def told() -> bytes:
            client.send(get("/dependent/yield/closed"))
            return client.answer().body

        # A dependency may close after the response has left.
        assert eventually(lambda: told() == expected, 2), told()


def test_the_loop_runs_nothing_afterwards(server: Server) -> None:
    for raw in ORDINARY.values():
        transcript(server, raw)
    assert eventually(lambda: server.tasks == 0 == server.connections)
