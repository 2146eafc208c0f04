"""Requests as users see them, on the lane: what nobody asks for is not made.

Starlette's request is built around its ASGI scope. Most endpoints and middleware functions look at
the method, the path or one header, so here even the scope waits until it is asked for.
"""

from functools import lru_cache
from typing import Any, Protocol

from starlette.datastructures import URL, FormData, Headers
from starlette.middleware.base import _CachedRequest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from .later import later


class Seen(Protocol):
    """Whose request it is: a turn on the lane."""

    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    lane: Any
    forwarded: bool

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def has_scope(self) -> bool: ...

    @property
    def scope(self) -> Scope: ...

    async def receive(self) -> Message: ...

    async def send_message(self, message: Message) -> None: ...


class _SeenLate:
    """What requests on the lane have in common. Until there is a scope, the turn is asked."""

    _stream_consumed = False
    _is_disconnected = False
    _form: FormData | None = None
    _wrapped_rcv_disconnected = False
    _wrapped_rcv_consumed = False
    scope = later[Scope](lambda self: self._turn.scope)
    _receive = later[Receive](lambda self: self._turn.receive)
    _send = later[Send](lambda self: self._turn.send_message)
    _url: URL

    def __init__(self, turn: Seen) -> None:
        self._turn = turn

    @property
    def method(self) -> str:
        if self._is_untouched():
            return self._turn.method
        method: str = self.scope["method"]
        return method

    @property
    def url(self) -> URL:
        known: URL | None = self.__dict__.get("_url")
        if known is None:
            is_simple = self._is_untouched() and not self._turn.forwarded
            known = self._url = _url(self._turn) if is_simple else URL(scope=self.scope)
        return known

    def _is_untouched(self) -> bool:
        """Whether nobody can have changed what is asked for."""
        return not self._turn.has_scope and "scope" not in self.__dict__


class SeenRequest(_SeenLate, Request):
    """The request that an endpoint is given."""

    # What users put into these counts, also for what reads them without a request.
    _headers = later[Headers](lambda self: Headers(raw=self._turn.headers))


class SeenCachedRequest(_SeenLate, _CachedRequest):
    """The request that a `BaseHTTPMiddleware` is given."""


def _url(turn: Seen) -> URL:
    host = None
    for name, value in turn.headers:
        if name == b"host":
            host = value
            break
    lane = turn.lane
    origin = _origin(lane.scheme, lane.server, host)
    path = turn.path
    if origin is None or "?" in path or "#" in path or "\\" in path:
        return URL(scope=turn.scope)
    query = turn.query_string
    return URL(f"{origin}{path}?{query.decode()}" if query else f"{origin}{path}")


@lru_cache(maxsize=256)
def _origin(scheme: str, server: tuple[str, int] | None, host: bytes | None) -> str | None:
    """Scheme and authority as Starlette gives them; `None` if it gives no authority."""
    headers = [] if host is None else [(b"host", host)]
    url = URL(scope={"scheme": scheme, "server": server, "path": "/", "headers": headers})
    return str(url)[:-1] if url.netloc else None
