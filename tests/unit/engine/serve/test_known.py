"""Short cuts through CORS and GZip: what they send is what the middleware sends."""

import gzip
from collections.abc import Mapping, Sequence
from typing import Any

import anyio
import pytest
from hypothesis import given, settings, strategies as st
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from talarian.engine.serve.known import ShortCors, ShortGzip

from .asking import ask, http_scope

JSON = (b"content-type", b"application/json")
RawHeaders = list[tuple[bytes, bytes]]


def sending(*messages: Mapping[str, Any]) -> ASGIApp:
    """An application that sends these."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for message in messages:
            copied: Message = dict(message)
            if "headers" in copied:
                copied["headers"] = list(copied["headers"])
            await send(copied)

    return app


def start(headers: Sequence[tuple[bytes, bytes]] = (JSON,), status: int = 200) -> Message:
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def piece(body: bytes, more_body: bool = False) -> Message:
    return {"type": "http.response.body", "body": body, "more_body": more_body}


def of_gzip(options: Mapping[str, Any], app: ASGIApp) -> tuple[ASGIApp, ASGIApp]:
    middleware = GZipMiddleware(app, **options)
    return middleware, ShortGzip(middleware, app)


def of_cors(options: Mapping[str, Any], app: ASGIApp) -> tuple[ASGIApp, ASGIApp]:
    middleware = CORSMiddleware(app, **options)
    return middleware, ShortCors(middleware, app)


def sent_by(app: ASGIApp, method: str, headers: Mapping[str, str]) -> list[Message]:
    told = anyio.run(ask, app, http_scope("/", method, headers))
    assert told.raised is None
    return told.sent


NAMES = (
    *(b"content-type", b"vary", b"Vary", b"access-control-allow-origin", b"x-own"),
    *(b"Access-Control-Allow-Origin", b"access-control-expose-headers", b"content-encoding"),
    *(b"access-control-allow-credentials", b"content-length", b"set-cookie"),
)
VALUES = (b"application/json", b"text/plain", b"image/png", b"*", b"Origin", b"Accept", b"br", b"5")
raw_headers = st.lists(
    st.just(JSON) | st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4
)
bodies = st.sampled_from([b"", b"{}", b'{"a": 1}', b"x" * 600])


@st.composite
def responses(draw: st.DrawFn) -> list[Message]:
    pieces = draw(st.lists(bodies, min_size=1, max_size=3))
    messages = [start(draw(raw_headers), draw(st.sampled_from([200, 206, 404])))]
    messages += [piece(body, index < len(pieces)) for index, body in enumerate(pieces, 1)]
    if draw(st.booleans()):
        del messages[-1]["more_body"]
    return messages


CORS = st.fixed_dictionaries(
    {},
    optional={
        "allow_origins": st.sampled_from([("*",), ("http://a.example",), ()]),
        "allow_credentials": st.booleans(),
        "allow_origin_regex": st.just(r"http://.\.example"),
        "expose_headers": st.sampled_from([(), ("X-One",), ("X-One", "X-Two")]),
        "allow_methods": st.just(("*",)),
    },
)
GZIP = st.fixed_dictionaries(
    {},
    optional={
        "minimum_size": st.sampled_from([0, 1, 2, 8, 9, 600, 601]),
        "compresslevel": st.sampled_from([1, 9]),
        "exclude_content_types": st.sampled_from(
            [(), ("application/json",), ("Application/*",), ("text/*",)]
        ),
    },
)
METHODS = st.sampled_from(["GET", "GET", "POST", "HEAD", "OPTIONS"])
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "origin": st.sampled_from(["http://a.example", "http://b.example", "https://c", "\xff"]),
        "access-control-request-method": st.just("GET"),
        "accept-encoding": st.sampled_from(["gzip", "br", "deflate, gzip;q=0.5"]),
    },
)


@settings(max_examples=200, deadline=None)
@given(CORS, responses(), METHODS, REQUESTS)
def test_cors(
    options: dict[str, Any], messages: list[Message], method: str, headers: dict[str, str]
) -> None:
    theirs, ours = of_cors(options, sending(*messages))
    assert sent_by(ours, method, headers) == sent_by(theirs, method, headers)


@settings(max_examples=200, deadline=None)
@given(GZIP, responses(), METHODS, REQUESTS)
def test_gzip(
    options: dict[str, Any], messages: list[Message], method: str, headers: dict[str, str]
) -> None:
    theirs, ours = of_gzip(options, sending(*messages))
    assert sent_by(ours, method, headers) == sent_by(theirs, method, headers)


@settings(max_examples=100, deadline=None)
@given(CORS, GZIP, responses(), REQUESTS, st.booleans())
def test_one_around_the_other(
    cors: dict[str, Any],
    gzip: dict[str, Any],
    messages: list[Message],
    headers: dict[str, str],
    cors_first: bool,
) -> None:
    outer, inner = (of_cors, of_gzip) if cors_first else (of_gzip, of_cors)
    outer_options, inner_options = (cors, gzip) if cors_first else (gzip, cors)
    app = sending(*messages)
    theirs = outer(outer_options, inner(inner_options, app)[0])[0]
    ours = outer(outer_options, inner(inner_options, app)[1])[1]
    assert sent_by(ours, "GET", headers) == sent_by(theirs, "GET", headers)


@pytest.mark.parametrize("size", [499, 500, 501])
def test_the_least_size_that_is_compressed(size: int) -> None:
    _, ours = of_gzip({}, sending(start(), piece(b"x" * size)))
    sent = sent_by(ours, "GET", {"accept-encoding": "gzip"})
    is_compressed = (b"content-encoding", b"gzip") in sent[0]["headers"]
    assert is_compressed is (size >= 500)
    body = sent[1]["body"]
    assert (gzip.decompress(body) if is_compressed else body) == b"x" * size


@pytest.mark.parametrize("make", [of_cors, of_gzip])
@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_http_request(make: Any, kind: str) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": f"{kind}.something"})

    theirs, ours = make({}, app)
    scope: Scope = {"type": kind, "headers": []}
    told = [anyio.run(ask, one, dict(scope)).sent for one in (theirs, ours)]
    assert told == [[{"type": f"{kind}.something"}]] * 2


@pytest.mark.parametrize("make", [of_cors, of_gzip])
@pytest.mark.parametrize("messages", [(), (start(),), (start(), piece(b"one", True))])
def test_an_application_that_fails(make: Any, messages: tuple[Message, ...]) -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        await sending(*messages)(scope, receive, send)
        raise RuntimeError("by the application")

    scope = http_scope("/", headers={"accept-encoding": "gzip", "origin": "http://a.example"})
    theirs, ours = [anyio.run(ask, one, {**scope}) for one in make({}, failing)]
    assert ours.sent == theirs.sent
    assert str(ours.raised) == str(theirs.raised) == "by the application"
