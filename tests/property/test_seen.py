"""Requests on the lane, whose scope waits: whatever is asked for, in any order, is Starlette's."""

from collections.abc import Callable
from typing import Any

from hypothesis import event, given, settings, strategies as st
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response

from talarian import Talarian

from .lane.connection import Sending, by_lane

LOOKS: dict[str, Callable[[Request], Any]] = {
    "url": lambda request: request.url,
    "parts": lambda request: request.url.components,
    "method": lambda request: request.method,
    "headers": lambda request: request.headers.raw,
    "cookies": lambda request: request.cookies,
    "client": lambda request: request.client,
    "base_url": lambda request: request.base_url,
    "url_for": lambda request: request.url_for("see", path="a b"),
    "query": lambda request: request.query_params.multi_items(),
    "state": lambda request: request.state._state,
    "scheme": lambda request: request["scheme"],
    "length": len,
    "keys": sorted,
    "app": lambda request: type(request.app),
    "session": lambda request: request.session,
    "missing": lambda request: getattr(request, "nothing", None),
}


def told(look: Callable[[Request], Any], request: Request) -> str:
    """What a look gives, be it an exception."""
    try:
        return repr(look(request))
    except Exception as error:
        return repr(error)


def change(request: Request, name: str) -> None:
    scope = request.scope
    if name == "path":
        scope["path"] = "/else?where"
    elif name == "host":
        scope["headers"] = [(b"host", b"changed:1"), (b"cookie", b"a=changed")]
    elif name == "query":
        scope["query_string"] = b"changed=1"
    elif name == "method":
        scope["method"] = "PATCH"
    else:
        request.scope = {**scope, "scheme": "https", "client": None, "server": None}


class Looking:
    """Looks in some order, with a change between, and remembers what Starlette's request says.

    Args:
        names: What to look at.
        changed: What is changed before the last half of them.
    """

    def __init__(self, names: list[str], changed: str | None) -> None:
        self.names = names
        self.changed = changed
        self.seen: list[tuple[str, str, str]] = []

    def __call__(self, request: Request) -> None:
        found = [(name, told(LOOKS[name], request)) for name in self.names]
        # After the looks: this one has to have a scope.
        other = Request(dict(request.scope), request.receive)
        self.seen += [(name, mine, told(LOOKS[name], other)) for name, mine in found]
        assert isinstance(request, Request)
        assert request == request and hash(request) == hash(request) and request != other
        if self.changed is not None:
            self._change(request)

    def _change(self, request: Request) -> None:
        # What has been asked for once is kept, as Starlette keeps it: only the rest is compared.
        kept = {"url", "parts", "headers", "cookies", "base_url", "url_for", "query", "state"}
        changed = self.changed
        assert changed is not None
        fresh = [name for name in LOOKS if name not in self.names and name in kept]
        if {"headers", "cookies"} & set(self.names):
            fresh = [name for name in fresh if name not in ("headers", "cookies")]
        if {"url_for", "base_url"} & set(self.names):
            fresh = [name for name in fresh if name not in ("url_for", "base_url")]
        if {"url", "parts"} & set(self.names):
            fresh = [name for name in fresh if name not in ("url", "parts")]
        change(request, changed)
        other = Request(request.scope, request.receive)
        if changed == "host" and type(request).__name__ == "SeenRequest":
            # The headers of an endpoint's request were asked for before anybody could change them.
            fresh = [name for name in fresh if name not in ("headers", "cookies")]
        for name in [*fresh, "method"]:
            self.seen.append((name, told(LOOKS[name], request), told(LOOKS[name], other)))


def application(look: Looking, inside: bool) -> Talarian:
    async def looking(request: Request, call_next: RequestResponseEndpoint) -> Response:
        look(request)
        return Response("seen")

    middleware = [] if inside else [Middleware(BaseHTTPMiddleware, dispatch=looking)]
    app = Talarian(openapi_url=None, middleware=middleware)

    @app.get("/{path:path}")
    async def see(request: Request) -> str:
        look(request)
        return "seen"

    app.middleware_stack = app.build_middleware_stack()
    return app


_ODD = ("/a%3Fb", "/a%23b", "/a%5Cb", "/a\\b", "/%2F%2Fx", "/é", "/%C3%A9", "/%FF", "/a;b@c:d")
TARGETS = st.sampled_from(["/", "//", "//a//", "/%00", "/%25", "/%", "/..", "/|", *_ODD])
QUERIES = st.sampled_from(["", "?", "?a=1&a=2", "?%C3%A9=%FF", "?a?b", "?a/../b", "?a=[]|"])
_NAMES = (
    "test test:80 test:443 test:8000 TEST:080 test: :80 test:99999 a_b xn--a.b a%20b a!$&'(b)*+,;="
)
HOSTS = st.sampled_from(["", "[::1]", "[::1]:8000", "[v1.a]", "1.2.3.4:5", *_NAMES.split()])
ADDRESSES = st.sampled_from(
    [("10.0.0.1", 80), ("10.0.0.1", 443), ("::1", 8000), "/run/socket", None]
)


@st.composite
def sendings(draw: st.DrawFn) -> Sending:
    headers = [f"Host: {draw(HOSTS)}"]
    headers += draw(
        st.lists(
            st.sampled_from(
                ["Cookie: a=1; b=2", "Cookie: c", "X-One: é", "X-Forwarded-For: 9.9.9.9"]
            )
            | st.sampled_from(["X-Forwarded-Proto: https", "X-Forwarded-For: ::2, 1.1.1.1"]),
            max_size=4,
        )
    )
    lines = [f"GET {draw(TARGETS)}{draw(QUERIES)} HTTP/1.1", *headers, "", ""]
    peer: Any = draw(st.sampled_from([("127.0.0.1", 50000), ("8.8.8.8", 1), None]))
    here: Any = draw(ADDRESSES)
    data = "\r\n".join(lines).encode("latin-1")
    return Sending((data,), peer=peer, here=here, secure=draw(st.booleans()))


@settings(max_examples=300, deadline=None)
@given(
    sendings(),
    st.lists(st.sampled_from(sorted(LOOKS)), unique=True, max_size=6),
    st.sampled_from([None, "path", "host", "query", "method", "all"]),
    st.booleans(),
)
def test_a_request_says_what_starlettes_says(
    sending: Sending, names: list[str], changed: str | None, inside: bool
) -> None:
    look = Looking(names, changed)
    connected = by_lane(application(look, inside), sending)
    event(f"on the lane: {connected.on_lane}, answered {connected.data[9:12].decode()}")
    assert [(name, mine) for name, mine, _ in look.seen] == [
        (name, other) for name, _, other in look.seen
    ]
    assert b" 500 " not in connected.data, connected.logged
