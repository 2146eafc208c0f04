"""FastAPI's `fastapi.websockets`."""

from starlette.websockets import (
    WebSocket,
    WebSocketDisconnect,
    WebSocketState,
)

__all__ = [
    "WebSocket",
    "WebSocketDisconnect",
    "WebSocketState",
]
