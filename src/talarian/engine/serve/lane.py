"""The fast lane: uvicorn's HTTP protocol, with a short way to compiled endpoints.

uvicorn keeps the processes, signals, TLS, WebSockets and the graceful end; this class takes the
place of its protocol: `uvicorn.Config(app, http=LaneProtocol)`. A request whose endpoint is known
and compiled is answered from inside the parser's callbacks, without an ASGI scope or messages.
Every other request takes uvicorn's own way, by itself.

uvicorn's `cycle` is the request that was parsed last. Here `active` is the one that is being
answered; there is at most one. Others wait in `pipeline`, in the order in which they came
(RFC 9112, section 9.3.2).
"""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from .access import AccessLog
from .eager import Eager
from .lane_turn import LaneTurn
from .strict import fault, is_host
from .timeouts import BODY, CONNECTED, HEADERS, IDLE, Phase, Timeouts
from .wire import Heads

_LONGEST_BODY = 1 << 20
"""Bytes; a longer body is read on uvicorn's way, where the endpoint can slow the client down."""

_INLINE = 16
"""Requests that are answered before the event loop gets its turn, out of one piece of data."""

_LINGERING = 1.0
"""Seconds for which a connection that was refused is still read from, before it is closed."""

_NOTED = frozenset(
    {b"content-length", b"transfer-encoding", b"expect", b"connection", b"upgrade"}
    | {b"x-forwarded-for", b"x-forwarded-proto", b"host"}
)
"""Headers that say where a request has to go."""

_SPECIAL, _ABOUT_CONNECTION, _FORWARDED = 1, 2, 4
"""What such headers say, as bits: on Python 3.11 a `Flag` costs more than the rest of a request."""


class _Busy:
    """Stands for the active request when uvicorn asks whether it may begin with another one."""

    response_complete = False


_BUSY: Any = _Busy()


class Refusal:
    """The answer to what is no request, waiting for its place after the answers before it."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self.text = text


class LaneProtocol(HttpToolsProtocol):
    """One connection. Limits are attributes of the class: a subclass may set others."""

    timeout_request_headers: float = 60.0
    """Seconds from the first byte of a request, or from the connection, to the end of its head."""
    timeout_request_body: float = 60.0
    """Seconds from one piece of a body to the next."""
    max_header_size: int = 65536
    """Bytes of the request line and the header section together."""

    # Read many times for each request, and faster this way: a dictionary of so many names is slow.
    __slots__ = (
        *("_context", "_deaf", "_direct", "_dispatch", "_host", "_hosts", "_inline", "_is_last"),
        *("_length", "_noted", "_parser", "_piece", "_refusal", "_turn", "_unfinished"),
        *("active", "eager", "heads", "log", "proxy", "timeouts"),
    )

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._parser: Any = self.parser
        app: Any = self.app
        self.proxy = app if type(app) is ProxyHeadersMiddleware else None
        self._direct = getattr(app if self.proxy is None else app.app, "direct", None)
        if self.limit_concurrency is not None or self.root_path:
            self._direct = None
        self._dispatch: Any = None
        self.heads = Heads()
        self.log = AccessLog(self.access_logger) if self.access_log else None
        self.eager = Eager(
            self.loop, self.tasks, Context if config.reset_contextvars else copy_context
        )
        self.timeouts = Timeouts(self)
        self.active: Any = None
        """The request that is being answered: a `LaneTurn`, or a cycle of uvicorn's."""
        self._turn: LaneTurn | None = None
        """The request that is being parsed, if it takes the lane."""
        self._is_last = False
        """The request that is being parsed ends the connection (RFC 9112, section 9.6)."""
        self._deaf = False
        """What comes after it is not looked at; nor is what comes after a refusal."""
        self._refusal: Refusal | None = None
        self._inline = 0
        self._piece = 0
        self._unfinished: Any = None
        """uvicorn's cycle of the request that is being parsed."""
        self._host = b""
        """The last one that was valid: most requests of a connection have the same."""
        # Of the request that is being parsed: what its headers say about where it has to go.
        self._hosts = 0
        self._length = 0
        self._noted = 0

    # The connection.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._context = copy_context()
        self.timeouts.begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self.timeouts.end()
        super().connection_lost(exc)
        self._parser = None  # it holds on to this object
        waiting: list[Any] = [item for item, _ in self.pipeline]
        for item in (self.active, self._turn, *waiting):
            if isinstance(item, LaneTurn):
                item.disconnect()
            elif item is not None and type(item) is not Refusal:
                item.disconnected = not item.response_complete
                item.message_event.set()
        self.pipeline.clear()

    def handle_websocket_upgrade(self) -> None:
        self.timeouts.end()
        super().handle_websocket_upgrade()

    def shutdown(self) -> None:
        if self.active is None and not self.pipeline:
            self.transport.close()
            return
        last: Any = self.pipeline[0][0] if self.pipeline else self.active
        if type(last) is not Refusal:
            last.keep_alive = False
        self._is_last = True
        self._deaf = self.timeouts.phase is IDLE

    def resume_writing(self) -> None:
        super().resume_writing()
        self._pump()

    def _unset_keepalive_if_required(self) -> None:
        """uvicorn's timer; `timeouts` has the one of this protocol."""

    # Parsing. A message begins with its method, and is noticed when its target begins.

    on_message_begin = None  # type: ignore[assignment]  # the parser then calls nothing

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        self._inline = 0
        self._piece = len(data)
        timeouts = self.timeouts
        timeouts.has_moved = False
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._refusal is not None:
                pass  # answered below
            elif self._should_upgrade():
                self.handle_websocket_upgrade()
                return
            else:
                self._unsupported_upgrade_warning()
        except httptools.HttpParserError:
            if self._refusal is None:
                self.logger.warning("Invalid HTTP request received.")
                self._refusal = Refusal(400, "Invalid HTTP request received.")
        if timeouts.phase is not IDLE:
            timeouts.unfinished(len(data))
            if timeouts.overhead > self.max_header_size and self._refusal is None:
                self._refusal = Refusal(431, "Request header fields too large.")
        if self._refusal is not None:
            self._drop_unfinished()
            self.refuse(self._refusal)

    def on_url(self, url: bytes) -> None:
        timeouts = self.timeouts
        if timeouts.phase is HEADERS:  # more of it
            self.url += url
            return
        self.url = url
        self.headers = []
        self._hosts = self._noted = self._length = 0
        timeouts.begin_message()

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in _NOTED:
            if value == self._host and name == b"host":
                self._hosts += 1  # the same as before, on this connection
            else:
                self._note(name, value)
        self.headers.append((name, value))

    def _note(self, name: bytes, value: bytes) -> None:
        if name == b"content-length" and value.isdigit():
            self._length = int(value)
        elif name == b"host":
            self._hosts += 1
            if is_host(value):
                self._host = value
            else:
                self._hosts += 1  # one that is impossible is no better than two
        elif name in (b"connection", b"upgrade"):
            self._noted |= _ABOUT_CONNECTION
        elif name.startswith(b"x-forwarded"):
            self._noted |= _FORWARDED
        else:
            self._noted |= _SPECIAL
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True

    def on_headers_complete(self) -> None:
        timeouts = self.timeouts
        timeouts.phase = BODY
        if self._deaf:
            return
        if timeouts.overhead + self._piece > self.max_header_size and self._is_too_long():
            return
        timeouts.overhead = 0
        parser = self._parser
        noted, keep_alive = self._noted, parser.should_keep_alive()
        usual = self._direct is not None and not noted & _SPECIAL
        is_plain = usual and keep_alive and not noted & _ABOUT_CONNECTION
        if not (is_plain and self._hosts == 1):
            if self._is_at_fault(parser):
                return
            # Plain ones are HTTP/1.1, and stay so.
            is_current = parser.get_http_version() == "1.1"
            keep_alive = keep_alive and is_current
            self._is_last = self._is_last or not keep_alive
            usual = usual and is_current and not parser.should_upgrade()
        turn = None
        if usual:
            try:
                turn = self._found(parser)
            except Exception:
                self.logger.exception("The fast lane failed; the request takes the ordinary way")
        self._turn = turn
        if turn is None:
            self._begin_cycle()
            if noted & _SPECIAL:
                self.headers = []  # what comes now are trailers
            self.expect_100_continue = False
            return
        if not keep_alive:
            turn.keep_alive = False
        if noted & _FORWARDED:
            turn.forwarded = True

    def _is_too_long(self) -> bool:
        size = sum(len(name) + len(value) + 4 for name, value in self.headers)
        if len(self.url) > self.max_header_size:
            self._refusal = Refusal(414, "Request target too long.")
        elif size + len(self.url) > self.max_header_size:
            self._refusal = Refusal(431, "Request header fields too large.")
        self._deaf = self._refusal is not None
        return self._deaf

    def _is_at_fault(self, parser: Any) -> bool:
        found = fault(parser.get_http_version(), self._hosts, self.headers)
        if found is not None:
            self.logger.warning("Invalid HTTP request received: %s", found[1])
            self._refusal = Refusal(*found)
            self._deaf = True
        return self._deaf

    def _found(self, parser: Any) -> LaneTurn | None:
        """The turn of the endpoint that this request is for, if it may take the lane."""
        dispatch = self._dispatch
        if dispatch is None or not dispatch.is_current:
            if self._direct is None or (dispatch := self._direct()) is None:
                return None
            self._dispatch = dispatch
        if not dispatch.is_open():
            return None
        method, url = parser.get_method(), self.url
        target = dispatch.by_path.get((method, url))
        parameters: dict[str, Any] = {}
        query_string = b""
        if target is None:
            # HEAD: its answer has no content, which uvicorn's cycle sees to.
            if url[:1] != b"/" or b"#" in url or method == b"HEAD":
                return None
            raw_path, _, query_string = url.partition(b"?")
            target = dispatch.by_path.get((method, raw_path))
            if target is None:
                path = raw_path.decode("ascii")
                if "%" in path:
                    path = unquote(path)
                hit = dispatch.find(method.decode("ascii"), path)
                if hit is None:
                    return None
                target, parameters = hit
                dispatch.remember(method, raw_path, target)
        compiled = target.ready()
        if compiled is None:
            return None
        if self._length and (not compiled.reads_body or self._length > _LONGEST_BODY):
            return None
        return LaneTurn(self, target, compiled, parameters, method, url, query_string, self.headers)

    def _begin_cycle(self) -> None:
        """Let uvicorn take this request, now or when its turn comes."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        HttpToolsProtocol.on_message_begin(self)
        self.url, self.headers, self.expect_100_continue = url, headers, expects
        self.scope["headers"] = headers
        before, free = self.cycle, self._is_free()
        asked: Any = None if free else _BUSY
        self.cycle = asked
        try:
            super().on_headers_complete()
        finally:
            if self.cycle is asked:  # an upgrade has no cycle
                self.cycle = before
            else:
                self._unfinished = self.cycle
                if free:
                    self.active = self.cycle

    def on_body(self, body: bytes) -> None:
        self.timeouts.has_moved = True
        turn = self._turn
        if turn is not None:
            turn.receive_body(body)
        elif self._has_cycle() and not self._deaf:
            super().on_body(body)

    def on_message_complete(self) -> None:
        timeouts = self.timeouts
        timeouts.phase = IDLE
        if self._deaf:
            return
        self._deaf = self._is_last
        turn = self._turn
        if turn is None:
            self._unfinished = None
            timeouts.since = self.loop.time()
            if self._has_cycle():
                super().on_message_complete()
            return
        self._turn = None
        if turn.pieces is not None:
            turn.join()
        if self._inline < _INLINE and self._is_free():
            self._inline += 1
            self.active = turn
            self.eager.start(turn.serve())
        else:
            self._queue(turn)

    def _drop_unfinished(self) -> None:
        """Forget the request that is being parsed: it will never be whole."""
        self._turn = None
        cycle, self._unfinished = self._unfinished, None
        if cycle is None:
            return
        if self.active is not cycle:  # it waits, or was answered before it was all there
            waiting = [pair for pair in self.pipeline if pair[0] is not cycle]
            self.pipeline.clear()
            self.pipeline.extend(waiting)
            return
        self.active = None
        cycle.disconnected = True
        cycle.message_event.set()
        if cycle.response_started:  # its end would be taken for the refusal's beginning
            self.transport.close()

    def _has_cycle(self) -> bool:
        cycle: Any = self.cycle  # None, whatever its annotation says, until there is one
        return cycle is not None

    def expire(self, phase: Phase) -> None:
        """The client has taken too long (RFC 9110, section 15.5.9)."""
        is_answered = self._unfinished is not None and self._unfinished.response_complete
        if phase is IDLE or phase is CONNECTED or is_answered:
            self.transport.close()
        else:
            self._drop_unfinished()
            self.refuse(Refusal(408, "Request timeout."))

    # Answering.

    def _is_free(self) -> bool:
        return self.active is None and not self.pipeline and not self.flow.write_paused

    def _queue(self, item: Any) -> None:
        """Have a request, or a refusal, wait until those before it are answered."""
        self.flow.pause_reading()
        if not self.pipeline and self.active is None:
            self.call_soon(self._pump)
        self.pipeline.appendleft((item, None))  # type: ignore[arg-type]

    def call_soon(self, call: Callable[[], object]) -> None:
        """Call something in the event loop's next turn, in no request's context."""
        self.loop.call_soon(call, context=self._context)

    def _pump(self) -> None:
        """Begin with what waits, one after the other. Not to be called while a task runs."""
        for _ in range(_INLINE):
            if self.active is not None or self.flow.write_paused or self.transport.is_closing():
                return
            if not self.pipeline:
                self.flow.resume_reading()
                return
            item: Any
            item, app = self.pipeline.pop()
            if type(item) is Refusal:
                self._write_refusal(item)
                continue
            self.active = item
            if type(item) is LaneTurn:
                self.eager.start(item.serve())
            else:
                self._start_asgi_task(item, app)
        self.call_soon(self._pump)

    def on_response_complete(self) -> None:
        """The active request has its whole response."""
        self.server_state.total_requests += 1
        self.active = None
        self.timeouts.since = self.loop.time()
        if self.pipeline:
            # Not at once: the task of this request is still running.
            self.call_soon(self._pump)
        elif self.flow.read_paused and not self.transport.is_closing():
            self.flow.resume_reading()

    def refuse(self, refusal: Refusal) -> None:
        """Answer what is no request, after the requests before it; then close the connection."""
        self._deaf = True
        if self.transport.is_closing():
            return
        if self.active is None and not self.pipeline:
            self._write_refusal(refusal)
        else:
            self._queue(refusal)

    def _write_refusal(self, refusal: Refusal) -> None:
        defaults = self.server_state.default_headers
        self.transport.write(self.heads.refusal(refusal.status, defaults, refusal.text))
        if not self.transport.can_write_eof():
            self.transport.close()
            return
        # Closed while the client still sends, the connection would be reset, and the answer lost
        # with it (RFC 9112, section 9.6).
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(_LINGERING, self.transport.close)
