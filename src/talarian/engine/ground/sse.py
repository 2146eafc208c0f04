"""Server-sent events: what an endpoint yields and how it looks on the wire.

The format is the HTML standard's,
https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream.
"""

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, Field, model_validator
from starlette.responses import StreamingResponse

KEEPALIVE_COMMENT = b": ping\n\n"
"""Sent while there is nothing to say, so that no proxy takes the connection for dead."""

# The stream's own line ends. `str.splitlines` knows more, which an event's data may well contain.
_LINE_END = re.compile(r"\r\n|\r|\n")


class EventSourceResponse(StreamingResponse):
    """Marks an endpoint as a stream of server-sent events: `response_class=EventSourceResponse`.

    See https://fastapi.tiangolo.com/tutorial/server-sent-events/.
    """

    media_type = "text/event-stream"


def _single_line(value: str | None, field: str) -> str | None:
    if value is not None and _LINE_END.search(value):
        raise ValueError(f"SSE '{field}' must be a single line")
    return value


def _event_name(value: str | None) -> str | None:
    return _single_line(value, "event")


def _event_id(value: str | None) -> str | None:
    if value is not None and "\0" in value:
        raise ValueError("SSE 'id' must not contain null characters")
    return _single_line(value, "id")


class ServerSentEvent(BaseModel):
    """One event of a stream, for endpoints that set more than its data.

    Anything else that such an endpoint yields becomes the `data` of an event.
    """

    data: Any = None
    """The payload, always sent as JSON: the string `hello` goes out as `"hello"`."""
    raw_data: str | None = None
    """The payload as text, sent as it is. Excludes `data`."""
    event: Annotated[str | None, AfterValidator(_event_name)] = None
    """The type of the event, `message` to the browser when absent."""
    id: Annotated[str | None, AfterValidator(_event_id)] = None
    """What a browser that reconnects sends back as `Last-Event-ID`."""
    retry: Annotated[int, Field(ge=0)] | None = None
    """How long to wait before reconnecting, in milliseconds."""
    comment: str | None = None
    """Text that clients ignore."""

    @model_validator(mode="after")
    def _one_payload(self) -> Self:
        if self.data is not None and self.raw_data is not None:
            raise ValueError(
                "Cannot set both 'data' and 'raw_data' on the same ServerSentEvent. Use 'data' for "
                "JSON-serialized payloads or 'raw_data' for pre-formatted strings."
            )
        return self


def format_sse_event(
    *,
    data_str: str | None = None,
    event: str | None = None,
    id: str | None = None,
    retry: int | None = None,
    comment: str | None = None,
) -> bytes:
    """Write one event as UTF-8, with the blank line that ends it.

    `data_str` is sent as it is and `retry` is in milliseconds. Text of several lines becomes
    several `data` or comment lines; `event` and `id` must be single lines already.
    """
    lines: list[str] = []
    if comment is not None:
        lines += [f": {line}" for line in _LINE_END.split(comment)]
    if event is not None:
        lines.append(f"event: {event}")
    if data_str is not None:
        lines += [f"data: {line}" for line in _LINE_END.split(data_str)]
    if id is not None:
        lines.append(f"id: {id}")
    if retry is not None:
        lines.append(f"retry: {retry}")
    return "".join(f"{line}\n" for line in [*lines, ""]).encode()
