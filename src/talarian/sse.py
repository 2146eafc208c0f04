"""Server-sent events."""

from .engine.ground.sse import (
    EventSourceResponse,
    ServerSentEvent,
    format_sse_event,
)

__all__ = [
    "EventSourceResponse",
    "ServerSentEvent",
    "format_sse_event",
]
