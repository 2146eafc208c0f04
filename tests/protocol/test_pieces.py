"""TCP has no messages: where a request is cut makes no difference."""

from collections.abc import Generator

import pytest

from tests.protocol.apps import ordinary
from tests.protocol.cases import ITEM
from tests.protocol.kinds import REFERENCE, Kind
from tests.protocol.server import Server, serving
from tests.protocol.transcript import together
from tests.protocol.wire import chunked, get, post, request

REQUESTS = {
    "GET": get("/items/7?q=%C3%A9&limit=3", ("X-A", "b")),
    "POST": post("/items", ITEM),
    "POST chunked": chunked("/items", ITEM[:7], ITEM[7:], trailer=b"X-Trailer: a\r\n"),
    "form": request(
        *("POST", "/reading/form", [("Content-Type", "application/x-www-form-urlencoded")]),
        b"name=a&age=3",
    ),
    "HEAD": request("HEAD", "/both"),
    "the whole request": request("POST", "/reading/request?a=b", [("X-A", "")], b"text"),
    "a body nobody wants": request("GET", "/", [], b"text"),
    "404 with a body": request("POST", "/nowhere", [], b"text"),
    "two": get("/slow") + post("/items", ITEM),
    "two through ASGI": get("/mounted/") + get("/returned/stream"),
    "body and then GET": post("/items", ITEM) + get("/items/1"),
}


@pytest.fixture(scope="module")
def reference() -> Generator[Server]:
    with serving(ordinary.make(), REFERENCE) as server:
        yield server


@pytest.fixture(scope="module")
def server(kind: Kind) -> Generator[Server]:
    with serving(ordinary.make(), kind) as server:
        yield server


@pytest.mark.parametrize("name", REQUESTS)
def test_cut_anywhere(name: str, reference: Server, server: Server) -> None:
    raw = REQUESTS[name]
    whole = together(reference, raw)
    assert whole.startswith(b"HTTP/1.1 ")
    different = [
        cut for cut in range(1, len(raw)) if together(server, raw, (raw[:cut], raw[cut:])) != whole
    ]
    assert different == []


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("name", REQUESTS)
def test_in_small_pieces(name: str, size: int, reference: Server, server: Server) -> None:
    raw = REQUESTS[name]
    pieces = [raw[start : start + size] for start in range(0, len(raw), size)]
    assert together(server, raw, pieces) == together(reference, raw)
