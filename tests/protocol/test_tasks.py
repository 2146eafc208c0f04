"""An endpoint runs in a real task of its own, whether it suspends or not."""

import asyncio
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from tests.protocol.apps import tasks
from tests.protocol.kinds import Kind
from tests.protocol.server import Server, eventually, serving
from tests.protocol.wire import Client, get


@pytest.fixture(scope="module")
def server(kind: Kind) -> Generator[Server]:
    with serving(tasks.make(), kind) as server:
        yield server


@pytest.mark.parametrize("name", tasks.ALL_TRUE)
def test_one_after_the_other(name: str, server: Server) -> None:
    with Client(server) as client:
        for _ in range(3):
            client.send(get(f"/{name}"))
            answer = client.answer()
            assert (answer.status, answer.body) == (200, b"true")


@pytest.mark.parametrize("name", tasks.ALL_TRUE)
def test_pipelined(name: str, kind: Kind, server: Server) -> None:
    expected = [b"true"] * 5
    if name in tasks.LEAKS_IN_PIPELINES and not kind.is_lane:
        expected[1:] = [b"false"] * 4
    with Client(server) as client:
        client.send(get(f"/{name}") * 5)
        assert [client.answer().body for _ in range(5)] == expected


@pytest.mark.parametrize("name", tasks.ALL_TRUE)
def test_many_at_once(name: str, server: Server) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(server)) for _ in range(20)]
        for client in clients:
            client.send(get(f"/{name}"))
        assert [client.answer().body for client in clients] == [b"true"] * 20


def test_everything_at_once_leaves_nothing(server: Server) -> None:
    server.records.clear()
    before = server.call(_living_tasks)
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(server)) for _ in tasks.ALL_TRUE]
        for _ in range(3):
            for client, name in zip(clients, tasks.ALL_TRUE, strict=True):
                client.send(get(f"/{name}"))
            assert {client.answer().body for client in clients} == {b"true"}
    assert eventually(lambda: server.tasks == 0 == server.connections)
    # Idle tasks may be kept for the next requests; their number must not follow the requests.
    assert server.call(_living_tasks) <= before + len(clients)
    assert server.records == []


def test_a_cancellation_that_nobody_saw_stays_in_its_request(server: Server) -> None:
    with Client(server) as client:
        client.send(get("/leaves-a-cancellation-unseen"))
        first = client.answer()
    with Client(server) as client:
        for _ in range(5):
            client.send(get("/not-cancelling") + get("/same-task"))
            assert [client.answer().body, client.answer().body] == [b"true", b"true"]
    assert first.status in (200, 500)


@pytest.mark.parametrize("name", ["error", "error-after-a-suspension"])
def test_an_error_is_a_500_and_never_a_400(name: str, server: Server) -> None:
    server.records.clear()
    with Client(server) as client:
        client.send(get("/not-cancelling") + get(f"/{name}"))
        assert client.answer().status == 200
        answer = client.answer()
        client.rest()
    assert (answer.status, answer.body) == (500, b"Internal Server Error")
    assert eventually(lambda: bool(server.records))
    [record] = server.records
    assert record.getMessage() == "Exception in ASGI application\n"
    assert record.exc_info and "a mistake in an endpoint" in str(record.exc_info[1])


def _living_tasks() -> int:
    return len(asyncio.all_tasks())
