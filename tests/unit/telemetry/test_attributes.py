"""Attributes of connections: what is recorded, and above all what is not."""

from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Scope

from talarian.telemetry.attributes import (
    KNOWN_METHODS,
    HeadersGetter,
    known_methods,
    redacted,
    server_attributes,
)


@pytest.mark.parametrize(
    ("query", "recorded"),
    [
        ("page=2&q=a%20b&flag", "page=2&q=a+b&flag="),
        ("sig=secret&X-Amz-Signature=secret", "sig=REDACTED&X-Amz-Signature=REDACTED"),
        ("%73ig=secret", "sig=REDACTED"),
        ("SIG=kept", "SIG=kept"),
    ],
)
def test_signatures_are_redacted(query: str, recorded: str) -> None:
    assert redacted(query) == recorded


@pytest.mark.parametrize(
    ("scheme", "host", "expected"),
    [
        ("https", "a.example", {"server.address": "a.example", "server.port": 443}),
        ("wss", "a.example:1", {"server.address": "a.example", "server.port": 1}),
        ("http", "[2001:db8::1]", {"server.address": "2001:db8::1", "server.port": 80}),
        ("custom", "a.example", {"server.address": "a.example"}),
        ("http", "", {}),
        ("http", "user@a.example", {}),
        ("http", "a.example:70000", {}),
        ("http", "[broken", {}),
    ],
)
def test_only_a_valid_host_is_recorded(scheme: str, host: str, expected: dict[str, Any]) -> None:
    scope: Scope = {"type": "http", "scheme": scheme, "headers": [(b"host", host.encode())]}
    assert server_attributes(scope) == expected


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        (("10.0.0.1", 8000), {"server.address": "10.0.0.1", "server.port": 8000}),
        (None, {}),
    ],
)
def test_without_a_host_it_is_the_listener(
    server: tuple[str, int] | None, expected: dict[str, Any]
) -> None:
    scope: Scope = {"type": "http", "scheme": "http", "headers": [], "server": server}
    assert server_attributes(scope) == expected


def test_the_environment_replaces_the_known_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"GET", "QUERY"} <= known_methods()
    monkeypatch.setenv(KNOWN_METHODS, " PROPFIND , ")
    assert known_methods() == {"PROPFIND"}


def test_propagators_see_repeated_headers() -> None:
    headers = Headers(raw=[(b"baggage", b"a=1"), (b"baggage", b"b=2"), (b"x", b"1"), (b"x", b"2")])
    getter = HeadersGetter()
    assert getter.get(headers, "Baggage") == ["a=1,b=2"]
    assert getter.get(headers, "X") == ["1", "2"]
    assert getter.get(headers, "absent") is None
