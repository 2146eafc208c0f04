"""What goes over the pipe: requests, conversations, and what the application answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from talarian.prove.worker import HOST

Pairs = tuple[tuple[str, str], ...]

# What curl sends of itself, so that a printed command is the request that was compared.
USUAL: Pairs = (("host", HOST), ("user-agent", "curl"), ("accept", "*/*"))


@dataclass(frozen=True)
class Request:
    """One HTTP request. ``target`` is the path and query as they stand in the request line."""

    operation: str
    """``GET /items/{id}`` as in the OpenAPI document, or what else the request is about."""
    note: str
    """What it tries, in words: ``query q: missing``."""
    method: str
    target: str
    headers: Pairs = ()
    """Besides `USUAL`; one of those with an empty value takes it out."""
    body: bytes = b""

    def question(self) -> dict[str, Any]:
        own = {name.lower() for name, _ in self.headers}
        headers = [pair for pair in USUAL if pair[0] not in own]
        headers += [pair for pair in self.headers if pair[1] or pair[0].lower() not in _USUAL]
        if self.body and "content-length" not in own:
            headers.append(("content-length", str(len(self.body))))
        return {
            "do": "http",
            "method": self.method,
            "target": self.target,
            "headers": headers,
            "body": self.body.decode("latin-1"),
        }

    def size(self) -> int:
        """For choosing the smallest of several."""
        headers = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.target) + headers + len(self.body)


_USUAL = frozenset(name for name, _ in USUAL)


@dataclass(frozen=True)
class Conversation:
    """One WebSocket connection: ``messages`` are sent one by one, when the application waits."""

    operation: str
    note: str
    target: str
    headers: Pairs = ()
    subprotocols: tuple[str, ...] = ()
    messages: Pairs = ()
    """``("text", …)`` or ``("bytes", …)``, bytes as latin-1."""

    def question(self) -> dict[str, Any]:
        upgrade = [("connection", "Upgrade"), ("upgrade", "websocket")]
        return {
            **asdict(self),
            "do": "websocket",
            "headers": [*USUAL, *upgrade, *self.headers],
        }

    def size(self) -> int:
        return len(self.target) + sum(len(data) + 1 for _, data in self.messages)


Question = Request | Conversation


@dataclass(frozen=True)
class Answer:
    """What came back, from either kind of question. ``status`` is None when nothing came in time.

    ``error`` is the exception that left the application. It is shown, never compared: nobody
    outside the process can see it.
    """

    status: int | None = None
    headers: list[list[str]] = field(default_factory=list[list[str]])
    body: bytes = b""
    complete: bool = True
    transcript: list[list[Any]] | None = None
    error: str | None = None

    @classmethod
    def read(cls, data: dict[str, Any]) -> Answer:
        if "transcript" in data:
            return cls(transcript=data["transcript"], error=data["error"])
        return cls(**{**data, "body": data["body"].encode("latin-1")})
