"""FastAPI's `fastapi.sse`."""

from ..engine.ground.sse import (
    KEEPALIVE_COMMENT as KEEPALIVE_COMMENT,
    EventSourceResponse as EventSourceResponse,
    ServerSentEvent as ServerSentEvent,
    format_sse_event as format_sse_event,
)
