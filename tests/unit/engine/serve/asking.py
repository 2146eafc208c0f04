"""Asking an application that has middleware, on the straight way and on the ordinary one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import anyio
from starlette.types import ASGIApp, Message, Scope

from talarian.engine.app.application import Talarian


@dataclass
class Told:
    """What an application sent, and the exception that came out of it."""

    sent: list[Message] = field(default_factory=list[Message])
    raised: BaseException | None = None

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> list[tuple[str, str]]:
        pairs = self.sent[0]["headers"]
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in pairs]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent[1:])


def http_scope(
    target: str, method: str = "GET", headers: Mapping[str, str] | None = None, **more: Any
) -> Scope:
    path, _, query = target.partition("?")
    given = {"host": "test", **(headers or {})}
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
        "server": ("test", 80),
        "client": ("client", 50000),
        "state": {},
        **more,
    }


async def ask(app: ASGIApp, scope: Scope, body: bytes = b"", patience: float = 5.0) -> Told:
    """Ask an application in this event loop; the client stays until it has the answer."""
    told = Told()
    pieces = [body]
    over = anyio.Event()

    async def receive() -> Message:
        if pieces:
            return {"type": "http.request", "body": pieces.pop(), "more_body": False}
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        told.sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            over.set()

    try:
        with anyio.fail_after(patience):
            await app(scope, receive, send)
    except Exception as error:
        told.raised = error
    return told


def ready(app: Talarian) -> Talarian:
    """Have the middleware stack built, as it is after the first request; say it is straight."""
    app.middleware_stack = app.build_middleware_stack()
    assert app.dispatch().is_straight
    return app


def straight(app: Talarian, target: str, method: str = "GET", **options: Any) -> Told:
    """Ask on the straight way."""
    return anyio.run(ask, ready(app), http_scope(target, method, **options))


def ordinary(app: Talarian, target: str, method: str = "GET", **options: Any) -> Told:
    """Ask on Starlette's way through the same middleware."""
    stack = app.build_middleware_stack()
    return anyio.run(ask, stack, http_scope(target, method, **options, app=app))
