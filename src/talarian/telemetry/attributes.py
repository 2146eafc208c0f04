"""Attributes of a connection, by OpenTelemetry's semantic conventions for HTTP.

https://opentelemetry.io/docs/specs/semconv/http/
"""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from opentelemetry.propagators.textmap import Getter
from starlette.datastructures import Headers
from starlette.types import Scope

SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0"

KNOWN_METHODS = "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS"
"""The environment variable that replaces the list below; names are separated by commas."""

# RFC 9110, section 9, PATCH (RFC 5789) and QUERY. Others would let clients invent metrics.
_HTTP_METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"}
)

# Signatures of pre-signed URLs; the conventions list them, in this case.
_SECRET_PARAMETERS = frozenset(
    {"X-Amz-Credential", "X-Amz-Security-Token", "X-Amz-Signature", "X-Goog-Signature", "sig"}
)

_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def known_methods() -> frozenset[str]:
    """The methods that are recorded by their name."""
    names = {name.strip() for name in os.environ.get(KNOWN_METHODS, "").split(",")} - {""}
    return frozenset(names) or _HTTP_METHODS


def request_attributes(scope: Scope, known: frozenset[str]) -> dict[str, Any]:
    """What metrics and the span of a request have in common."""
    method = scope["method"]
    return {
        "url.scheme": scope.get("scheme", "http"),
        "http.request.method": method if method in known else "_OTHER",
    }


def request_span_attributes(scope: Scope, common: Mapping[str, Any]) -> dict[str, Any]:
    """What the span of a request says beyond that; each of these would split a metric."""
    attributes = {**server_attributes(scope), "url.path": scope["path"]}
    if query := scope.get("query_string"):
        attributes["url.query"] = redacted(query.decode("latin-1"))
    if common["http.request.method"] == "_OTHER":
        attributes["http.request.method_original"] = scope["method"]
    return attributes


def websocket_span_attributes(scope: Scope) -> dict[str, Any]:
    """What the span of a WebSocket connection says."""
    return {
        "url.scheme": scope.get("scheme", "ws"),
        "network.protocol.name": "websocket",
        **server_attributes(scope),
    }


def server_attributes(scope: Scope) -> dict[str, Any]:
    """Name and port by which the client reached the server; nothing if they are not valid."""
    authority = Headers(scope=scope).get("host")
    if authority is None:
        host, port = scope.get("server") or (None, None)
    else:
        host, port = _split(authority)
    if host is None:
        return {}
    if port is None:
        port = _DEFAULT_PORTS.get(scope.get("scheme", "http"))
    return {"server.address": host} | ({} if port is None else {"server.port": port})


def _split(authority: str) -> tuple[str | None, int | None]:
    try:
        url = urlsplit(f"//{authority}")
        port = url.port
    except ValueError:
        return None, None
    is_clean = url.username is None and not (url.path or url.query or url.fragment)
    return (url.hostname, port) if is_clean else (None, None)


def redacted(query: str) -> str:
    """The query with the values of known secrets replaced."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(k, "REDACTED" if k in _SECRET_PARAMETERS else v) for k, v in pairs])


class HeadersGetter(Getter[Headers]):
    """How propagators read Starlette's headers."""

    def get(self, carrier: Headers, key: str) -> list[str] | None:
        values = carrier.getlist(key)
        if key.lower() == "baggage":
            # One list in several headers (W3C Baggage, section 3.1): its propagator reads one.
            values = [",".join(values)] if values else []
        return values or None

    def keys(self, carrier: Headers) -> list[str]:
        return list(carrier.keys())
