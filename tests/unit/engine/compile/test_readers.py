"""Reading a request's bytes gives what Starlette's classes give for them."""

import pytest
from hypothesis import given, strategies as st
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request

from talarian.engine.compile.readers import (
    RawHeaders,
    all_headers,
    is_json_body,
    is_json_type,
    query_params,
    read_cookies,
    read_headers,
    read_query,
)

_MARKS = st.sampled_from(
    [b"&", b"=", b";", b"%", b"+", b" ", b"a", b"b", b"%41", b"%C3%A9", b"\xe9"]
)
_QUERIES = st.lists(_MARKS, max_size=12).map(b"".join)
_COOKIES = st.lists(
    st.sampled_from([b";", b"=", b'"', b" ", b"a", b"b", b",", b"\\073", b"\t", b"\xe9"]),
    max_size=12,
).map(b"".join)
_HEADERS = st.lists(
    st.tuples(st.sampled_from([b"a", b"b", b"cookie"]), st.binary(max_size=3)), max_size=6
)


def request(headers: RawHeaders) -> Request:
    return Request({"type": "http", "headers": headers})


@given(_QUERIES | st.binary(max_size=20))
def test_queries_are_read_as_starlette_reads_them(query: bytes) -> None:
    params = QueryParams(query)
    read = read_query(query)
    assert read == dict(params)
    assert query_params(query) == params


@pytest.mark.parametrize(
    ("query", "read"),
    [
        (b"a=1&a=2", {"a": "2"}),
        (b"a", {"a": ""}),
        (b"a=&=b&&", {"a": "", "": "b"}),
        (b"a=b=c", {"a": "b=c"}),
        (b"a=1;b=2", {"a": "1;b=2"}),
        (b"a+b=c%20d", {"a b": "c d"}),
        (b"a=%C3%A9&b=%FF", {"a": "é", "b": "\ufffd"}),
        (b"a=%zz", {"a": "%zz"}),
    ],
)
def test_what_a_query_means(query: bytes, read: dict[str, str]) -> None:
    assert read_query(query) == read


@given(st.lists(_COOKIES, max_size=3))
def test_cookies_are_read_as_starlette_reads_them(values: list[bytes]) -> None:
    headers = [(b"cookie", value) for value in values] + [(b"other", b"a=1")]
    read = read_cookies(headers)
    cookies = request(headers).cookies
    assert read == cookies
    assert list(read) == list(cookies)


def test_quoted_cookies_are_unquoted_and_the_last_of_a_name_counts() -> None:
    headers = [(b"cookie", b'a="x\\073y"; b=1'), (b"cookie", b"b=2; nameless")]
    assert read_cookies(headers) == {"a": "x;y", "b": "2", "": "nameless"}


@given(_HEADERS)
def test_of_a_repeated_header_the_first_counts(headers: RawHeaders) -> None:
    read, headers_of_starlette = read_headers(headers), Headers(raw=headers)
    assert {name.decode(): value.decode("latin-1") for name, value in read.items()} == {
        name: headers_of_starlette[name] for name in headers_of_starlette
    }
    assert all_headers(headers) == headers_of_starlette


@pytest.mark.parametrize(
    ("declared", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/problem+json", True),
        ("application/geo+json;a=b", True),
        ("application/json-seq", False),
        ("application/x-www-form-urlencoded", False),
        ("text/json", False),
        ("json", False),
        ("application/", False),
        ("application/json, text/plain", False),
    ],
)
def test_which_media_types_are_json(declared: str, is_json: bool) -> None:
    for strict in (True, False):
        assert is_json_type(declared, strict) is is_json
        assert is_json_body([(b"content-type", declared.encode())], strict) is is_json


@pytest.mark.parametrize("headers", [[], [(b"content-type", b"")], [(b"accept", b"text/html")]])
def test_without_a_media_type_it_depends(headers: RawHeaders) -> None:
    assert not is_json_body(headers, strict=True)
    assert is_json_body(headers, strict=False)


def test_the_first_media_type_counts() -> None:
    json, text = (b"content-type", b"application/json"), (b"content-type", b"text/plain")
    assert is_json_body([json, text], strict=True)
    assert not is_json_body([text, json], strict=True)
