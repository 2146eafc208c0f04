"""Asking an application, without a server or a client in between."""

from collections.abc import Mapping
from typing import Any

import anyio
from starlette.types import Message


def call(
    app: Any,
    target: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer."""
    path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.encode(), value.encode())
            for name, value in ({"host": "testserver"} | dict(headers or {})).items()
        ],
        "server": ("testserver", 80),
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    anyio.run(app, scope, receive, send)
    start, *rest = sent
    given = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], given, b"".join(part["body"] for part in rest).decode()


def text(app: Any, target: str, method: str = "GET", **options: Any) -> str:
    """The body alone; the status for anything but a 200."""
    status, _, body = call(app, target, method, **options)
    return body.strip('"') if status == 200 else str(status)
