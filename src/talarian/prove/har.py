"""Recorded requests: HTTP Archives (HAR 1.2), as browsers and proxies save them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from talarian.prove.messages import Request

# Of one connection, not of the request; the length follows from the body.
LEFT_OUT = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


class NotAnArchive(Exception):
    """The file is not what it should be. The message says what to do."""


def read(path: Path) -> list[Request]:
    """Return the requests in an archive, in order.

    Raises `NotAnArchive` when the file can't be read as one.
    """
    try:
        entries = json.loads(path.read_bytes())["log"]["entries"]
        return [_request(entry["request"]) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotAnArchive(
            f"{path} can't be read as an HTTP Archive ({type(error).__name__}: {error}). Save one "
            'in the network tab of a browser\'s developer tools: "Save all as HAR".'
        ) from None


def named(requests: Iterable[Request], templates: Iterable[str]) -> Iterator[Request]:
    """The same requests under the names of the operations that they are for."""
    known = [(template, _pattern(template)) for template in templates]
    for request in requests:
        path = request.target.partition("?")[0]
        name = next((template for template, pattern in known if pattern.fullmatch(path)), path)
        yield replace(request, operation=f"{request.method} {name}")


def _request(recorded: Mapping[str, Any]) -> Request:
    url = urlsplit(recorded["url"])
    path = url.path or "/"
    return Request(
        operation=f"{recorded['method']} {path}",
        note="recorded",
        method=recorded["method"],
        target=f"{path}?{url.query}" if url.query else path,
        headers=tuple(_headers(recorded.get("headers", ()))),
        body=_body(recorded.get("postData") or {}),
    )


def _headers(recorded: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for header in recorded:
        name = header["name"].lower()
        # ":authority" and the like are HTTP/2's way of writing the request line.
        if name not in LEFT_OUT and not name.startswith(":"):
            yield name, header["value"].encode().decode("latin-1")


def _body(recorded: Mapping[str, Any]) -> bytes:
    text = recorded.get("text")
    if text is None:
        pairs = [(each["name"], each.get("value", "")) for each in recorded.get("params", ())]
        return urlencode(pairs).encode()
    return base64.b64decode(text) if recorded.get("encoding") == "base64" else text.encode()


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^}]*\}", template)
    return re.compile("[^/]+".join(map(re.escape, parts)))
