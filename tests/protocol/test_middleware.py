"""The same bytes through middleware: known ones that the lane runs itself, and unknown ones."""

from collections.abc import Generator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.protocol.apps import middleware
from tests.protocol.cases import ITEM
from tests.protocol.kinds import REFERENCE, Kind
from tests.protocol.server import Server, serving
from tests.protocol.transcript import together, transcript
from tests.protocol.wire import get, post, request

GOOD, BAD = ("Origin", "https://good.example"), ("Origin", "https://bad.example")
ASK = "Access-Control-Request-Method"
GZIP = ("Accept-Encoding", "gzip")
SESSION = ("Cookie", "session=eyJhIjogMX0=.forged.signature")

CASES = {
    "root": get("/"),
    "simple, allowed": get("/", GOOD),
    "simple, refused": get("/", BAD),
    "simple with cookie": get("/", GOOD, ("Cookie", "a=1")),
    "simple, 404": get("/nowhere", GOOD),
    "simple, 405": request("PUT", "/", [GOOD]),
    "simple, 422": get("/items/x", GOOD),
    "simple, failure": get("/failing/value", GOOD),
    "simple, HTTPException": get("/failing/http", GOOD),
    "simple, handled": get("/failing/handled", GOOD),
    "simple, POST": post("/items", ITEM, GOOD),
    "simple with Vary": get("/returned/headers", GOOD),
    "simple, large": get("/returned/large", GOOD, GZIP),
    "preflight, allowed": request("OPTIONS", "/items", [GOOD, (ASK, "POST")]),
    "preflight, origin": request("OPTIONS", "/items", [BAD, (ASK, "POST")]),
    "preflight, method": request("OPTIONS", "/items", [GOOD, (ASK, "DELETE")]),
    "preflight, headers": request(
        "OPTIONS", "/items", [GOOD, (ASK, "POST"), ("Access-Control-Request-Headers", "X-Asked")]
    ),
    "preflight, other headers": request(
        "OPTIONS", "/items", [GOOD, (ASK, "POST"), ("Access-Control-Request-Headers", "X-Other")]
    ),
    "preflight of a private network": request(
        "OPTIONS", "/", [GOOD, (ASK, "GET"), ("Access-Control-Request-Private-Network", "true")]
    ),
    "options without a question": request("OPTIONS", "/items", [GOOD]),
    "compressed": get("/returned/large", GZIP),
    "compressed, small": get("/", GZIP),
    "compressed, refused": get("/returned/large", ("Accept-Encoding", "identity")),
    "compressed, several": get("/returned/large", ("Accept-Encoding", "br, gzip;q=0.5")),
    "compressed, stream": get("/returned/stream", GZIP),
    "compressed, file": get("/returned/file", GZIP),
    "compressed, page": get("/docs", GZIP),
    "compressed, 204": get("/returned/status/204", GZIP),
    "host, with port": get("/").replace(b"example.com", b"example.com:8000"),
    "host, pattern": get("/").replace(b"example.com", b"a.good.example"),
    "host, refused": get("/").replace(b"example.com", b"evil.example"),
    "host, www": get("/items/7?q=1").replace(b"example.com", b"www.example.com"),
    "host, missing": b"GET / HTTP/1.0\r\n\r\n",
    "slash": get("/slashed"),
    "a query": get("/search?q=%20&tag=a"),
    "forwarded": get("/reading/client", ("X-Forwarded-Proto", "https")),
    "request": request("POST", "/reading/request", [], b"text"),
    "body nobody reads": request("POST", "/reading/nothing", [], b"x" * 1000),
    "large body": request("POST", "/reading/text", [], b"x" * 200_000),
    "sync": get("/sync"),
    "renamed": get("/renamed"),
    "prefix": get("/prefix/items/7"),
    "prefix, request": get("/prefix/reading/request?q=1"),
    "without prefix": get("/reading/request"),
    "prefix, docs": get("/prefix/openapi.json"),
    "session": get("/session"),
    "session, forged": get("/session", SESSION),
    "background": get("/dependent/background"),
    "yield": get("/dependent/yield"),
    "close": get("/", ("Connection", "close")),
    "HTTP/1.0": request("GET", "/", version="1.0"),
    "HEAD": request("HEAD", "/both", [GOOD, GZIP]),
    "cookies": get("/returned/cookies", GOOD),
    "redirect": get("/returned/redirect", GOOD),
    "mounted": get("/mounted/", GOOD),
}

OF_SETTINGS = (
    *("root", "simple, allowed", "simple, POST", "simple, failure", "preflight, allowed", "slash"),
    *("forwarded", "request", "prefix", "prefix, request", "compressed, stream", "close", "sync"),
)
SETTINGS: dict[str, dict[str, Any]] = {
    "uvicorn's root_path": {"root_path": "/prefix"},
    "no proxy headers": {"proxy_headers": False},
    "a proxy that is not trusted": {"forwarded_allow_ips": "10.0.0.1"},
    "every proxy is trusted": {"forwarded_allow_ips": "*"},
    "headers of the server's own": {"headers": [("X-Server", "mine"), ("X-Other", "")]},
    "neither date nor server": {"date_header": False, "server_header": False},
    "a limit of connections": {"limit_concurrency": 100},
    "every request is refused": {"limit_concurrency": 0},
    "no websockets": {"ws": "none"},
    "a context for each request": {"reset_contextvars": True},
    "no lifespan": {"lifespan": "off"},
}


class References:
    """The reference servers, each started when it is first compared with."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._servers: dict[str, Server] = {}

    def get(self, app: str, settings: str = "none") -> Server:
        if (server := self._servers.get(app + settings)) is None:
            chosen = SETTINGS.get(settings, {})
            server = self._stack.enter_context(serving(middleware.APPS[app](), REFERENCE, **chosen))
            self._servers[app + settings] = server
        return server

    def end(self) -> None:
        """Have all end at once, which takes as long as one."""
        for server in self._servers.values():
            server.should_exit = True


@pytest.fixture(scope="module")
def references() -> Generator[References]:
    with ExitStack() as stack:
        references = References(stack)
        yield references
        references.end()


@pytest.mark.parametrize("app", middleware.APPS)
def test_answers(
    app: str, subject: Kind, references: References, subtests: pytest.Subtests
) -> None:
    reference = references.get(app)
    with serving(middleware.APPS[app](), subject) as server:
        for name, raw in CASES.items():
            with subtests.test(name):
                assert transcript(server, raw) == transcript(reference, raw)
            with subtests.test(f"{name}, and one behind"):
                assert together(server, raw) == together(reference, raw)


@pytest.mark.parametrize("settings", SETTINGS)
def test_settings_of_uvicorn(
    settings: str, subject: Kind, references: References, subtests: pytest.Subtests
) -> None:
    reference = references.get("cors", settings)
    with serving(middleware.APPS["cors"](), subject, **SETTINGS[settings]) as server:
        for name in OF_SETTINGS:
            with subtests.test(name):
                assert transcript(server, CASES[name]) == transcript(reference, CASES[name])
