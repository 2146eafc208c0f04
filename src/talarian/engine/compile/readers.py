"""Reading a request's values without the objects that users would read them through.

Each gives what Starlette's own class gives for the same bytes.
"""

import email.message
import json
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, QueryParams
from starlette.requests import cookie_parser

from ..fields.digits import has_digits_in_a_row

RawHeaders = list[tuple[bytes, bytes]]

NOTHING: dict[str, Any] = {}

MISSING: Any = object()
"""A key that is not in the body; `null` is a value."""

loads = json.loads


HUGE = 309
"""Digits of an integer that no float can hold. It is an error, but read from text, infinity."""


def has_huge_integer(text: bytes) -> bool:
    """Whether there are so many digits in a row, be they a number or not."""
    return has_digits_in_a_row(text, HUGE)


def read_query(query_string: bytes) -> dict[str, str]:
    """The last value of each name in a query string (WHATWG URL, `urlencoded`)."""
    text = query_string.decode("latin-1")
    if "%" in text or "+" in text:
        return dict(parse_qsl(text, keep_blank_values=True))
    values: dict[str, str] = {}
    for part in text.split("&"):
        if part:
            name, _, value = part.partition("=")
            values[name] = value
    return values


def read_cookies(headers: RawHeaders) -> dict[str, str]:
    """The cookies of all `Cookie` headers."""
    cookies: dict[str, str] = {}
    for name, value in headers:
        if name == b"cookie":
            text = value.decode("latin-1")
            cookies.update(cookie_parser(text) if '"' in text else _unquoted_cookies(text))
    return cookies


def _unquoted_cookies(text: str) -> dict[str, str]:
    """As Starlette's parser, for a header without a quote: nothing in it is quoted."""
    cookies: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals:
            name, value = "", name
        name, value = name.strip(), value.strip()
        if name or value:
            cookies[name] = value
    return cookies


def read_headers(headers: RawHeaders) -> dict[bytes, bytes]:
    """The first value of each header."""
    return dict(reversed(headers))


def query_params(query_string: bytes) -> QueryParams:
    """The query as fields that want lists or models read it."""
    return QueryParams(query_string)


def all_headers(headers: RawHeaders) -> Headers:
    """The headers as fields that want lists or models read them."""
    return Headers(raw=headers)


def is_json_body(headers: RawHeaders, strict: bool) -> bool:
    """Whether a body is declared to be JSON; without a declaration, whether that is taken for it.

    Args:
        headers: The request's headers.
        strict: A body without a media type is not JSON.
    """
    for name, value in headers:
        if name == b"content-type":
            return value == b"application/json" or is_json_type(value.decode("latin-1"), strict)
    return not strict


@lru_cache(maxsize=256)
def is_json_type(declared: str, strict: bool) -> bool:
    """Whether a media type is JSON (RFC 6839: `application/*+json` too)."""
    if not declared:
        return not strict
    message = email.message.Message()
    message["content-type"] = declared
    if message.get_content_maintype() != "application":
        return False
    subtype = message.get_content_subtype()
    return subtype == "json" or subtype.endswith("+json")
