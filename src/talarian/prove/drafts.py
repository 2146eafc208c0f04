"""A request in the making: its parts by name, until they are put together."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from talarian.prove.messages import Request

BOUNDARY: Final = "talarian-prove"
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

Part = tuple[str, str | None, bytes]
"""A part of a form: its name, its file name (None: a plain field), its content."""


@dataclass(frozen=True)
class Body:
    content: bytes
    media_type: str | None


@dataclass(frozen=True)
class Draft:
    """The parts of a request to one operation. Names keep their case; values are what is meant."""

    method: str
    path: str
    values: Mapping[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    """Each parameter's value, by place (path, query, header, cookie) and name."""
    body: Body | None = None
    more: tuple[tuple[str, str], ...] = ()
    """Further headers."""

    def having(self, place: str, name: str, value: Any) -> Draft:
        return replace(self, values={**self.values, (place, name): value})

    def lacking(self, place: str, name: str) -> Draft:
        rest = {key: value for key, value in self.values.items() if key != (place, name)}
        return replace(self, values=rest)

    def request(self, note: str, operation: str | None = None) -> Request:
        """Put it together. Raises `ValueError` for what can't be said in HTTP."""
        headers = [(name, _line(value)) for name, value in self._pairs("header")]
        if cookies := [f"{name}={_line(value)}" for name, value in self._pairs("cookie")]:
            headers.append(("cookie", "; ".join(cookies)))
        if self.body is not None and self.body.media_type is not None:
            headers.append(("content-type", self.body.media_type))
        query = urlencode([(name, text(value)) for name, value in self._pairs("query")])
        return Request(
            operation=operation or f"{self.method} {self.path}",
            note=note,
            method=self.method,
            target=self._filled_path() + (f"?{query}" if query else ""),
            headers=(*headers, *self.more),
            body=self.body.content if self.body is not None else b"",
        )

    def _filled_path(self) -> str:
        path = quote(self.path, safe="/{}:@!$&'()*+,;=~")
        for (place, name), value in self.values.items():
            if place == "path":
                path = path.replace(f"{{{name}}}", quote(text(value), safe=""))
        return path.replace("{", "%7B").replace("}", "%7D")

    def _pairs(self, wanted: str) -> Iterable[tuple[str, Any]]:
        for (place, name), value in self.values.items():
            if place == wanted:
                yield from ((name, one) for one in (value if isinstance(value, list) else [value]))


def text(value: Any) -> str:
    """A value where only text can stand."""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _line(value: Any) -> str:
    """A value inside a header: its UTF-8 bytes, as a client would send them."""
    line = text(value)
    if any(character < " " for character in line):
        raise ValueError("control characters can't stand in a header")
    return line.strip().encode().decode("latin-1")


def as_json(value: Any, media_type: str | None = JSON) -> Body:
    return Body(json.dumps(value, ensure_ascii=False).encode(), media_type)


def as_form(parts: Iterable[Part]) -> Body:
    """URL-encoded; what would be files become fields."""
    pairs = [(name, content) for name, _, content in parts]
    return Body(urlencode(pairs).encode(), FORM)


def as_multipart(parts: Iterable[Part]) -> Body:
    """RFC 7578."""
    lines: list[bytes] = []
    for name, filename, content in parts:
        disposition = f'form-data; name="{name}"'
        lines.append(f"--{BOUNDARY}".encode())
        if filename is None:
            lines.append(f"Content-Disposition: {disposition}".encode())
        else:
            lines.append(f'Content-Disposition: {disposition}; filename="{filename}"'.encode())
            lines.append(b"Content-Type: text/plain")
        lines += [b"", content]
    lines += [f"--{BOUNDARY}--".encode(), b""]
    return Body(b"\r\n".join(lines), f"{MULTIPART}; boundary={BOUNDARY}")


def basic(user: str, password: str) -> str:
    """RFC 7617."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
