from typing import Any

import pytest
from pydantic import ValidationError

from talarian.engine.ground.sse import (
    KEEPALIVE_COMMENT,
    EventSourceResponse,
    ServerSentEvent,
    format_sse_event,
)


@pytest.mark.parametrize(
    ("parts", "wire"),
    [
        ({}, b"\n"),
        ({"data_str": "a"}, b"data: a\n\n"),
        ({"data_str": ""}, b"data: \n\n"),
        ({"data_str": "a\nb\rc\r\nd\n"}, b"data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n"),
        ({"comment": "x\ny"}, b": x\n: y\n\n"),
        ({"event": "e"}, b"event: e\n\n"),
        ({"id": ""}, b"id: \n\n"),
        ({"retry": 0}, b"retry: 0\n\n"),
        (
            {"data_str": "d", "event": "e", "id": "i", "retry": 3, "comment": "c"},
            b": c\nevent: e\ndata: d\nid: i\nretry: 3\n\n",
        ),
    ],
)
def test_wire_format(parts: dict[str, Any], wire: bytes) -> None:
    assert format_sse_event(**parts) == wire


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\v", "\f", "\x1c"])
def test_only_the_line_ends_of_the_format_split_data(separator: str) -> None:
    data = f"a{separator}b"
    assert format_sse_event(data_str=data) == f"data: {data}\n\n".encode()


def test_keepalive_is_a_comment() -> None:
    assert format_sse_event(comment="ping") == KEEPALIVE_COMMENT


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"data": 0, "raw_data": ""}, "Cannot set both 'data' and 'raw_data'"),
        ({"event": "a\rb"}, "SSE 'event' must be a single line"),
        ({"id": "a\nb"}, "SSE 'id' must be a single line"),
        ({"id": "a\0b"}, "SSE 'id' must not contain null characters"),
        ({"retry": -1}, "greater than or equal to 0"),
        ({"retry": 1.5}, "valid integer"),
    ],
)
def test_events_that_would_break_the_stream_are_refused(
    fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        ServerSentEvent(**fields)


def test_response_media_type() -> None:
    response = EventSourceResponse(iter(()))
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
