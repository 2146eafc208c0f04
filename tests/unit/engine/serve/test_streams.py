"""Endpoints that yield: what is sent, and how they end."""

import json
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Generator, Iterable
from typing import Annotated, Any

import anyio
import pytest
from pydantic import BaseModel
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message

from talarian.engine.app.application import Talarian
from talarian.engine.declare.depends import Depends
from talarian.engine.ground.errors import ResponseValidationError
from talarian.engine.ground.sse import EventSourceResponse, ServerSentEvent
from talarian.engine.serve import streams

pytestmark = pytest.mark.anyio

EVENTS: dict[str, Any] = {"response_class": EventSourceResponse}


class Item(BaseModel):
    name: str
    size: int = 1


async def get(
    endpoint: Callable[..., Any],
    *,
    hang_up_after: int | None = None,
    spec_version: str = "2.3",
    **options: Any,
) -> list[Message]:
    """Serve the endpoint; hang up after so many chunks. Returns all messages, complete or not."""
    app = Talarian()
    app.get("/", **options)(endpoint)
    sent: list[Message] = []
    gone = anyio.Event()

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if gone.is_set() and spec_version == "2.4":
            raise OSError
        sent.append(message)
        if len(sent) - 1 == hang_up_after or not message.get("more_body", True):
            gone.set()

    scope = {
        "type": "http",
        "asgi": {"spec_version": spec_version},
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [],
    }
    with anyio.fail_after(5):
        try:
            await app(scope, receive, send)
        except* (ValueError, ResponseValidationError, ClientDisconnect) as failed:
            sent.append({"type": "failed", "error": failed.exceptions[0], "more_body": True})
    return sent


def text(sent: list[Message]) -> str:
    return b"".join(message.get("body", b"") for message in sent).decode()


def is_complete(sent: list[Message]) -> bool:
    return not sent[-1].get("more_body", True)


class TestJsonLines:
    async def test_one_line_for_each_item(self) -> None:
        async def endpoint() -> AsyncIterable[Item]:
            yield Item(name="a")
            yield {"name": "b", "size": 2}  # type: ignore[misc]

        sent = await get(endpoint)
        assert dict(sent[0]["headers"])[b"content-type"] == b"application/jsonl"
        assert text(sent) == '{"name":"a","size":1}\n{"name":"b","size":2}\n'
        assert is_complete(sent)

    async def test_options_of_the_response_model_count(self) -> None:
        def endpoint() -> Iterable[Item]:
            yield Item(name="a")

        sent = await get(endpoint, response_model_exclude_unset=True)
        assert text(sent) == '{"name":"a"}\n'

    async def test_without_a_type_anything_goes(self) -> None:
        def endpoint():  # type: ignore[no-untyped-def]
            yield from (1, None, Item(name="a"), float("nan"), {"a": float("inf")})

        lines = [json.loads(line) for line in text(await get(endpoint)).splitlines()]
        assert lines == [1, None, {"name": "a", "size": 1}, None, {"a": None}]

    async def test_a_wrong_item_cuts_the_stream_off(self) -> None:
        async def endpoint() -> AsyncIterable[int]:
            yield 1
            yield "wrong"  # type: ignore[misc]

        sent = await get(endpoint)
        assert text(sent) == "1\n"
        assert not is_complete(sent)


class TestRaw:
    async def test_chunks_go_out_as_they_are(self) -> None:
        def endpoint() -> Generator[bytes, None, None]:
            yield b"a"
            yield b"b"

        sent = await get(endpoint, response_class=StreamingResponse, status_code=201)
        assert (sent[0]["status"], text(sent)) == (201, "ab")


class TestEvents:
    async def test_plain_values_are_data(self) -> None:
        async def endpoint() -> AsyncIterable[Any]:
            yield {"a": 1}
            yield ServerSentEvent(data="x", event="e", id="1", retry=5)
            yield ServerSentEvent(raw_data="two\nlines", comment="c")

        sent = await get(endpoint, **EVENTS)
        assert dict(sent[0]["headers"])[b"cache-control"] == b"no-cache"
        assert text(sent).split("\n\n") == [
            'data: {"a":1}',
            'event: e\ndata: "x"\nid: 1\nretry: 5',
            ": c\ndata: two\ndata: lines",
            "",
        ]

    async def test_silence_is_filled_with_comments(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(streams, "_PING_INTERVAL", 0.01)

        async def endpoint() -> AsyncIterable[int]:
            yield 1
            await anyio.sleep(0.05)
            yield 2

        events = text(await get(endpoint, **EVENTS)).split("\n\n")
        assert (events[0], events[-2]) == ("data: 1", "data: 2")
        assert set(events[1:-2]) == {": ping"}

    async def test_a_stream_that_fails_does_not_look_complete(self) -> None:
        async def endpoint() -> AsyncIterable[int]:
            yield 1
            raise ValueError("in the middle")

        sent = await get(endpoint, **EVENTS)
        assert text(sent) == "data: 1\n\n"
        assert not is_complete(sent)


@pytest.mark.parametrize("spec_version", ["2.3", "2.4"])
@pytest.mark.parametrize("options", [{}, EVENTS, {"response_class": StreamingResponse}])
@pytest.mark.parametrize("synchronous", [False, True])
async def test_the_endpoint_ends_before_what_it_uses(
    synchronous: bool, options: dict[str, Any], spec_version: str
) -> None:
    events: list[str] = []

    def resource() -> Generator[None, None, None]:
        try:
            yield
        finally:
            events.append("resource closed")

    async def asynchronous_endpoint(_: Annotated[None, Depends(resource)]) -> AsyncIterable[str]:
        try:
            while True:
                yield "tick"
                await anyio.sleep(0.001)
        finally:
            events.append("endpoint ended")

    def synchronous_endpoint(_: Annotated[None, Depends(resource)]) -> Iterable[str]:
        try:
            while True:
                yield "tick"
        finally:
            events.append("endpoint ended")

    endpoint = synchronous_endpoint if synchronous else asynchronous_endpoint
    sent = await get(endpoint, hang_up_after=3, spec_version=spec_version, **options)
    assert events == ["endpoint ended", "resource closed"]
    assert not is_complete(sent)


async def test_dependencies_of_function_scope_end_before_the_stream_begins() -> None:
    events: list[str] = []

    async def short() -> AsyncGenerator[None, None]:
        yield
        events.append("closed")

    async def endpoint(_: Annotated[None, Depends(short, scope="function")]) -> AsyncIterable[int]:
        events.append("begins")
        yield 1

    await get(endpoint)
    assert events == ["closed", "begins"]
