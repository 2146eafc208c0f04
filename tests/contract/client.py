"""The least of an HTTP and WebSocket client: it speaks ASGI, so that nothing lies in between.

It runs in the environment of the real FastAPI too, and needs nothing that is not in there.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any

import anyio

Message = MutableMapping[str, Any]
Answer = dict[str, Any]
Watch = Callable[[Message], None]

JSON = {"content-type": "application/json"}
SHOWN = ("content-type", "content-length", "location", "allow", "x-test")


async def request(
    app: Any,
    method: str,
    target: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] = b"",
    on_send: Watch | None = None,
    gone: anyio.Event | None = None,
    spec_version: str = "2.3",
) -> Answer:
    """Send one request and return what a person at the other end would tell about the answer.

    Args:
        target: The path and the query string, percent-encoded where that is needed.
        body: All of it, or the chunks it comes in.
        on_send: Is told every message that the application sends, as it comes.
        gone: The client hangs up when it is set.
        spec_version: Of ASGI's HTTP part. Since 2.4, sending to a client that is gone fails.
    """
    sent: list[Message] = []
    chunks = list((body,) if isinstance(body, bytes) else body)
    over = gone or anyio.Event()

    async def receive() -> Message:
        if chunks:
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if over.is_set() and spec_version >= "2.4":
            raise OSError("the client is gone")
        sent.append(message)
        if on_send is not None:
            on_send(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            over.set()

    scope = http_scope(method, target, headers or {})
    scope["asgi"]["spec_version"] = spec_version
    raised = await _run(app, scope, receive, send)
    return _told(sent, raised)


async def websocket(app: Any, target: str, texts: Iterable[str] = ()) -> Answer:
    """Connect, send these texts, hang up; return the messages that came back."""
    sent: list[Message] = []
    incoming: list[Message] = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "text": text} for text in texts),
        {"type": "websocket.disconnect", "code": 1000},
    ]

    async def receive() -> Message:
        return incoming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {**http_scope("GET", target, {}), "type": "websocket", "subprotocols": []}
    raised = await _run(app, scope, receive, send)
    kept = ("type", "text", "code", "reason")
    messages = [{key: message[key] for key in kept if message.get(key)} for message in sent]
    return {"messages": messages, "raised": raised}


def http_scope(method: str, target: str, headers: Mapping[str, str]) -> dict[str, Any]:
    path, _, query = target.partition("?")
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
        "headers": [
            (b"host", b"testserver"),
            *((name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()),
        ],
        "client": ("testclient", 50000),
        "server": ("testserver", 80),
        "extensions": {},
    }


async def _run(app: Any, scope: dict[str, Any], receive: Any, send: Any) -> str | None:
    """Run the application; return what it raised, as text. Five seconds are for ever."""
    try:
        with anyio.fail_after(5):
            await app(scope, receive, send)
    except Exception as error:
        return told(error)
    return None


def told(error: BaseException) -> str:
    """An exception as text; groups with what is in them."""
    if isinstance(error, BaseExceptionGroup):
        return f"{type(error).__name__}[{', '.join(map(told, error.exceptions))}]"
    name = type(error).__name__
    if name == "UnboundLocalError" and "'response'" in str(error):
        # What FastAPI's own code comes to where a dependency of scope "function" has swallowed an
        # exception. Talarian says there, too, what has happened.
        return "the framework's error"
    if name in ("FastAPIError", "TalarianError"):
        return "the framework's error"
    # Others have long texts, which are about how something was found out.
    return f"{name}: {error}" if type(error).__module__ == "builtins" else name


def _told(sent: list[Message], raised: str | None) -> Answer:
    answer: Answer = {"raised": raised} if raised else {}
    if not sent:
        return answer
    start, *rest = sent
    headers = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
    answer["status"] = start["status"]
    answer["headers"] = [_header(name, value) for name, value in headers if name in SHOWN]
    answer["body"] = b"".join(part.get("body", b"") for part in rest).decode(errors="replace")
    answer["complete"] = bool(rest) and not rest[-1].get("more_body", False)
    return answer


def _header(name: str, value: str) -> str:
    if name == "allow":  # a set, in any order
        value = ", ".join(sorted(value.split(", ")))
    return f"{name}: {value}"
