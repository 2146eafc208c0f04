"""Conversations for WebSocket routes. OpenAPI doesn't describe them, so they try the usual."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from talarian.prove.messages import Conversation, Pairs

SAID: Final[tuple[tuple[str, Pairs], ...]] = (
    ("says nothing", ()),
    ("text", (("text", "hello"), ("text", "naïve ☃ 𝄞"))),
    ("JSON", (("text", '{"name": "foo", "id": 1}'), ("text", "[1, null]"))),
    ("broken JSON", (("text", "{"),)),
    ("bytes", (("bytes", "\x00\xff"), ("text", "after bytes"))),
    ("empty messages", (("text", ""), ("bytes", ""))),
    ("a long message", (("text", "x" * 10_000),)),
)


def conversations(paths: Sequence[str]) -> list[Conversation]:
    """Some conversations for each WebSocket route."""
    return [each for path in dict.fromkeys(paths) for each in _for_one(path)]


def _for_one(path: str) -> Iterator[Conversation]:
    operation = f"WEBSOCKET {path}"
    for note, said in SAID:
        yield Conversation(operation, note, _filled(path, "1"), messages=said)
    hello: Pairs = (("text", "hello"),)
    yield Conversation(operation, "a word in the path", _filled(path, "foo"), messages=hello)
    with_query = _filled(path, "1") + "?q=1&token=foo"
    yield Conversation(operation, "a query", with_query, messages=hello)
    yield Conversation(
        operation,
        "cookies and a subprotocol",
        _filled(path, "1"),
        headers=(("cookie", "session=foo; token=foo"), ("sec-websocket-protocol", "chat")),
        subprotocols=("chat",),
        messages=hello,
    )


def _filled(path: str, value: str) -> str:
    return re.sub(r"\{[^}]*\}", value, path)
