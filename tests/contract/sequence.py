"""What is sent and what happens while a request is answered, in one sequence."""

from contextvars import ContextVar
from typing import Any

from tests.contract.client import Message, request

log: list[Any] = []
"""Cases write into it what happens; it is of one request."""

SEEN: ContextVar[str] = ContextVar("SEEN", default="nobody's")
"""Says whose context the one who looks is in."""


async def sequence(app: Any, target: str, method: str = "GET", **options: Any) -> Any:
    """Ask an application, and return all that is sent and all that happens, in its order."""
    log.clear()

    def watch(message: Message) -> None:
        log.append(_shown(message))

    SEEN.set("the client's")
    answer = await request(app, method, target, on_send=watch, **options)
    return [*log, answer.get("raised"), SEEN.get()]


def function(app: Any, before: Any = None, after: Any = None) -> None:
    """Add a function that passes the request on, and does something before and after."""
    name = f"middleware {len(app.user_middleware)}"

    async def middleware(request: Any, call_next: Any) -> Any:
        log.append(f"{name} begins")
        if before is not None:
            await before(request)
        response = await call_next(request)
        if after is not None:
            response = await after(request, response) or response
        log.append(f"{name} ends")
        return response

    app.middleware("http")(middleware)


def _shown(message: Message) -> Any:
    if message["type"] != "http.response.start":
        return [message.get("body", b"").hex(), message.get("more_body", False)]
    return [message["status"], [_header(*header) for header in message["headers"]]]


def _header(name: bytes, value: bytes) -> str:
    if name == b"allow":  # a set, in any order
        value = b", ".join(sorted(value.split(b", ")))
    return f"{name.decode()}: {value.decode('latin-1')}"
