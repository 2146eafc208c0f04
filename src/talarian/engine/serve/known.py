"""Starlette's middleware with a short cut through it.

For the common case what a middleware does to a response is known beforehand, down to the byte. The
short cut is taken only then; for everything else the middleware itself is asked.
"""

from contextlib import suppress
from copy import copy
from functools import lru_cache
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .held import JSON, HeldResponse, RawHeaders
from .turns import ServedTurn

_VARY = (b"vary", b"Origin")
_OF_CORS = frozenset(
    {b"vary", b"access-control-allow-origin", b"access-control-allow-credentials"}
    | {b"access-control-expose-headers"}
)


class ShortCors:
    """`CORSMiddleware`, with the headers it adds to a response ready to be appended.

    Args:
        middleware: Starlette's own, around `app`.
        app: What is below.
    """

    def __init__(self, middleware: CORSMiddleware, app: ASGIApp) -> None:
        self._middleware = middleware
        self._app = app
        self._simple = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in middleware.simple_headers.items()
        ]
        self._added_for = lru_cache(maxsize=256)(self._asked)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "OPTIONS":
            await self._middleware(scope, receive, send)
            return
        came_with = scope["headers"]  # what is below may put others there

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message.setdefault("headers", [])
                if not _OF_CORS.isdisjoint([name for name, _ in headers]):
                    # They have to be merged with those that are there.
                    await self._middleware.send(message, send, Headers(raw=came_with))
                    return
                headers.extend(self._added(came_with))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def gate(self, turn: ServedTurn) -> bool:
        return turn.method != "OPTIONS"

    def marks(self, request_headers: RawHeaders, response: HeldResponse) -> bool:
        headers = response.raw_headers
        for name, _ in headers:
            if name in _OF_CORS:
                return False
        headers += self._added(request_headers)
        return True

    def _added(self, headers: RawHeaders) -> RawHeaders:
        """What the middleware adds to a response that has nothing of it yet."""
        for name, value in headers:
            if name == b"origin":
                return self._added_for(value)
        return [_VARY]

    def _asked(self, origin: bytes) -> RawHeaders:
        """What it adds for that origin: the middleware is asked once."""
        cors = self._middleware
        explicit = cors.allow_credentials if cors.allow_all_origins else self._allows(origin)
        if not explicit:
            return [*self._simple, _VARY]
        others = [pair for pair in self._simple if pair[0] != b"access-control-allow-origin"]
        allowed = (b"access-control-allow-origin", origin)
        # The middleware replaces the wildcard where it stands, and appends where there is none.
        return [allowed, *others, _VARY] if cors.allow_all_origins else [*others, allowed, _VARY]

    def _allows(self, origin: bytes) -> bool:
        return self._middleware.is_allowed_origin(origin.decode("latin-1"))


class ShortGzip:
    """`GZipMiddleware`, which lets small JSON pass without looking at it twice.

    Args:
        middleware: Starlette's own, around `app`.
        app: What is below.
    """

    gate = None

    def __init__(self, middleware: GZipMiddleware, app: ASGIApp) -> None:
        self._middleware = middleware
        self._app = app
        excluded = set(middleware.exclude_content_types)
        self._holds_json = excluded.isdisjoint({"application/json", "application/*"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._holds_json:
            await self._middleware(scope, receive, send)
            return
        held: Message | None = None
        pass_on: Send | None = None

        async def send_short(message: Message) -> None:
            nonlocal held, pass_on
            if pass_on is not None:
                await pass_on(message)
            elif message["type"] == "http.response.start" and _is_json(message):
                held = message
            elif held is not None and self._is_small(message):
                # The middleware, too, would have held the beginning until now.
                pass_on = send
                await send(held)
                await send(message)
            else:
                pass_on = await self._compressing(scope, receive, send)
                if held is not None:
                    await pass_on(held)
                await pass_on(message)

        await self._app(scope, receive, send_short)

    def marks(self, request_headers: RawHeaders, response: HeldResponse) -> bool:
        # What comes in pieces is compressed, small or not.
        is_short = self._holds_json and not response.comes_in_pieces
        is_small = len(response.held) < self._middleware.minimum_size
        return is_short and is_small and JSON in response.raw_headers

    def _is_small(self, message: Message) -> bool:
        if message["type"] != "http.response.body" or message.get("more_body", False):
            return False
        return len(message.get("body", b"")) < self._middleware.minimum_size

    async def _compressing(self, scope: Scope, receive: Receive, send: Send) -> Send:
        """The middleware's own way to send, for one response."""
        found: list[Send] = []

        async def take(scope: Scope, receive: Receive, send: Send) -> None:
            found.append(send)

        middleware: Any = copy(self._middleware)
        middleware.app = take
        await middleware(scope, receive, send)
        return found[0]


class _Gate:
    """A middleware that hands a request on as it is, or answers it itself.

    Args:
        middleware: Starlette's own, around an application.
        app: That application.
    """

    def __init__(self, middleware: Any, app: ASGIApp) -> None:
        self._middleware = middleware

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._middleware(scope, receive, send)

    def marks(self, request_headers: RawHeaders, response: HeldResponse) -> bool:
        return True


class ShortTrustedHost(_Gate):
    """`TrustedHostMiddleware`, which is asked once for each host."""

    def __init__(self, middleware: TrustedHostMiddleware, app: ASGIApp) -> None:
        super().__init__(middleware, app)
        self._trusts = lru_cache(maxsize=256)(self._asked)

    def gate(self, turn: ServedTurn) -> bool:
        hosts = [value for name, value in turn.headers if name == b"host"]
        return len(hosts) == 1 and self._trusts(hosts[0])

    def _asked(self, host: bytes) -> bool:
        """Whether the middleware hands on a request to that host."""
        is_handed_on = False

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            nonlocal is_handed_on
            is_handed_on = True

        middleware: Any = copy(self._middleware)
        middleware.app = app
        scope = {"type": "http", "scheme": "http", "path": "/", "headers": [(b"host", host)]}
        steps: Any = middleware(scope, None, _nobody)
        with suppress(StopIteration):
            steps.send(None)
        return is_handed_on


class ShortHttps(_Gate):
    """`HTTPSRedirectMiddleware`."""

    def gate(self, turn: ServedTurn) -> bool:
        is_secure: bool = turn.scope["scheme"] == "https"
        return is_secure


async def _nobody(message: Message) -> None:
    pass


def _is_json(message: Message) -> bool:
    return JSON in message.get("headers", ())
