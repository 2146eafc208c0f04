"""FastAPI's `fastapi.sse`."""

from ..engine.ground.sse import (
    KEEPALIVE_COMMENT,
    EventSourceResponse,
    ServerSentEvent,
    format_sse_event,
)
from ._passing import offer_passing_names

__all__ = [
    "KEEPALIVE_COMMENT",
    "EventSourceResponse",
    "ServerSentEvent",
    "format_sse_event",
]

offer_passing_names(__name__)
