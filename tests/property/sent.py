"""Strategies: requests for a generated endpoint, those that fit it and those that do not."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import strategies as st
from starlette.types import Message

from talarian.engine.fields.field import Field

from .declared import Declared
from .kinds import Kind

JSON = b"application/json"
_OTHER_TYPES = (
    b"application/json; charset=utf-8",
    b"application/json;charset=utf-16",
    b"Application/JSON",
    b"application/problem+json",
    b"text/plain",
    b"application/x-www-form-urlencoded",
    b"json",
    b"",
    None,
)
_BROKEN = (
    *(b"", b" ", b"null", b"{", b"{}x", b'{"a": 1,}', b"nan", b"'a'", b"[", b'"\xff"', b"\x00"),
    *(b"\xef\xbb\xbf{}", b'{"name": "a", "name": "b"}', b"1" * 5000, b"[" * 3000, b"-0"),
)
_ENCODINGS = ("utf-8",) * 12 + ("utf-16", "utf-16-be", "utf-32", "utf-8-sig")
_ODD = st.sampled_from(["", "5", "x", "é", "😀", "a b", "a+b", "%", "&", "=", ";", "\x00"])

Pairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Sent:
    """A request: what its ASGI scope says, and the messages that bring its body."""

    path: str
    query: bytes
    headers: Pairs
    messages: list[Message]


@dataclass(frozen=True)
class _Asked:
    """The fields of an endpoint at one place, and what its client knows of their types."""

    fields: Sequence[Field]
    kinds: dict[str, list[Kind]]

    def values(self, field: Field) -> list[Any]:
        return [sent for kind in self.kinds.get(field.name, []) for sent in kind.sent]

    def names(self, field: Field) -> list[str]:
        if not field.models:
            return list(field.names)
        return [name for model in field.models for part in model.fields for name, _ in part.names]


@st.composite
def requests(draw: st.DrawFn, declared: Declared) -> Sent:
    """A request for the route."""
    calls = list(declared.route.plan.root.walk())

    def asked(place: str) -> _Asked:
        fields = [field for call in calls for field in getattr(call, f"{place}_params")]
        return _Asked(fields, declared.kinds)

    headers: Pairs = [(b"host", b"test")]
    headers += [
        (name.lower().encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in draw(_pairs(asked("header")))
    ]
    cookies = draw(_pairs(asked("cookie")))
    if cookies:
        text = "; ".join(f"{name}={value}" for name, value in cookies)
        headers.append((b"cookie", text.encode("latin-1", "replace")))
    body = draw(_bodies(declared))
    declared_type = draw(st.sampled_from((JSON,) * 20 + _OTHER_TYPES))
    if declared_type is not None:
        headers.append((b"content-type", declared_type))
    return Sent(
        path=draw(_paths(declared)),
        query=draw(_queries(draw(_pairs(asked("query"))))),
        headers=headers,
        messages=draw(_messages(body)),
    )


@st.composite
def _pairs(draw: st.DrawFn, asked: _Asked) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for field in asked.fields:
        likely = st.sampled_from([*map(_text, asked.values(field)), "5"])
        for name in asked.names(field):
            times = draw(st.sampled_from((1, 1, 1, 1, 0, 2)))
            pairs += [(name, draw(likely | _ODD if times > 1 else likely)) for _ in range(times)]
    if draw(st.sampled_from((False, False, False, True))):
        pairs.append((draw(_ODD), draw(_ODD)))
    return pairs


def _text(value: Any) -> str:
    """A value as text: the same name may be a parameter here and a part of the body there."""
    return str(value).encode("utf-8", "replace").decode()


@st.composite
def _queries(draw: st.DrawFn, pairs: list[tuple[str, str]]) -> bytes:
    if draw(st.booleans()):
        return urlencode(pairs).encode()
    # As clients send it that do not escape what needs no escaping, or nothing at all.
    safe = draw(st.sampled_from(("", "/:@!$'()*,", "+;%=")))
    text = "&".join(f"{quote(name)}={quote(value, safe)}" for name, value in pairs)
    more: bytes = draw(st.sampled_from((b"",) * 6 + (b"&", b"&&a", b"&=b", b"&\xe9=\xff")))
    return text.encode() + more


@st.composite
def _paths(draw: st.DrawFn, declared: Declared) -> str:
    path: str = declared.route.path_format
    for name, convertor in declared.route.param_convertors.items():
        kinds = declared.kinds.get(name, [])
        texts = [_text(sent) for kind in kinds for sent in kind.sent]
        value = st.sampled_from([*texts, "5", "é"])
        if convertor.regex != "[^/]+":
            value = st.sampled_from(["5", "12"] if convertor.regex == "[0-9]+" else ["5.0", "1.5"])
        path = path.replace(f"{{{name}}}", draw(value))
    return path


@st.composite
def _bodies(draw: st.DrawFn, declared: Declared) -> bytes:
    plan = declared.route.plan.body
    if plan is None or draw(st.integers(0, 9)) == 0:
        return draw(st.sampled_from(_BROKEN))
    asked = _Asked(plan.fields, declared.kinds)
    data: Any = {}
    for field in plan.fields:
        value = draw(st.sampled_from([*asked.values(field), *asked.values(field), None, {}]))
        if not plan.embed:
            data = value
        elif draw(st.integers(0, 7)):
            data |= dict.fromkeys(field.names, value)
    text = json.dumps(data, ensure_ascii=draw(st.booleans()))
    encoding = draw(st.sampled_from(_ENCODINGS))
    return text.encode(encoding, "surrogatepass")


@st.composite
def _messages(draw: st.DrawFn, body: bytes) -> list[Message]:
    way = draw(st.sampled_from(("whole",) * 8 + ("pieces", "disconnect", "open", "bare")))
    if way == "whole":
        return [{"type": "http.request", "body": body, "more_body": False}]
    if way == "bare":
        return [{"type": "http.request"}]
    middle = len(body) // 2
    pieces: list[Message] = [
        {"type": "http.request", "body": body[:middle], "more_body": True},
        {"type": "http.request", "body": body[middle:], "more_body": way == "open"},
    ]
    return pieces[: 1 if way == "disconnect" else 2]
