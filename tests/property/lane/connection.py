"""One connection to a server's protocol without a socket: bytes in, and all that can be seen."""

import asyncio
import logging
import warnings
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from talarian.engine.app.application import Talarian
from talarian.engine.serve.eager import Eager
from talarian.engine.serve.lane import LaneProtocol

from ..middleware.log import SEEN, log

_PATIENCE = 2.0
"""Seconds; what takes longer takes for ever."""
_WARM = 4
_LOGGERS = ("uvicorn.error", "uvicorn.access")


@dataclass
class Connected:
    """What became of one connection."""

    data: bytes = b""
    closed: bool = False
    events: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    logged: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    left: int = 0
    """Tasks that had to be cancelled."""
    on_lane: int = 0
    """Requests that went by the lane."""

    def differs_from(self, other: "Connected") -> bool:
        """Whether somebody could tell one from the other.

        How far a stream is made ahead of what is sent is a matter of the event loop's turns.
        """
        pieces, others = self._of_streams(True), other._of_streams(True)
        made = min(len(pieces), len(others))
        return (
            pieces[:made] != others[:made]
            or self._of_streams(False) != other._of_streams(False)
            or (self.data, self.closed) != (other.data, other.closed)
            or (self.logged, self.left) != (other.logged, other.left)
        )

    def _of_streams(self, wanted: bool) -> list[tuple[Any, ...]]:
        return [event for event in self.events if ("piece" in event or "makes" in event) is wanted]


class Client:
    """The other end, in the place of a transport.

    Args:
        gone_after: It hangs up when it was sent that many bytes.
    """

    def __init__(self, gone_after: int | None, peer: Any, here: Any, secure: bool) -> None:
        self.data = b""
        self.is_closed = False
        self.protocol: Any = None
        self._gone_after = gone_after
        self._extra = {"peername": peer, "sockname": here, "sslcontext": secure or None}

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._extra.get(name, default)

    def write(self, data: bytes) -> None:
        if self.is_closed:
            return
        self.data += data
        if self._gone_after is not None and len(self.data) >= self._gone_after:
            self.data = self.data[: self._gone_after]
            self.close()

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def is_closing(self) -> bool:
        return self.is_closed

    def can_write_eof(self) -> bool:
        return False

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[Any, ...]] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told = (type(error).__name__, str(error)) if error else None
        self.seen.append((record.name, record.levelname, record.getMessage().strip(), told))


@dataclass(frozen=True)
class Sending:
    """What a client sends, and who it seems to be.

    Each piece is sent when the answers to those before are there.
    """

    pieces: tuple[bytes, ...]
    gone_after: int | None = None
    peer: tuple[str, int] | None = ("127.0.0.1", 50000)
    here: tuple[str, int] | None = ("10.0.0.1", 80)
    secure: bool = False


def by_lane(app: Talarian, sending: Sending) -> Connected:
    """What becomes of the bytes on the lane."""
    return _connect(LaneProtocol, app, sending)


def by_uvicorn(app: Talarian, sending: Sending) -> Connected:
    """What becomes of them with uvicorn's own protocol, on Starlette's way through middleware."""

    async def ordinary(scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = app
        await cast(ASGIApp, app.middleware_stack)(scope, receive, send)

    return _connect(HttpToolsProtocol, ordinary, sending)


def _connect(kind: type[HttpToolsProtocol], app: ASGIApp, sending: Sending) -> Connected:
    log.events = []
    config = Config(app, http=kind, lifespan="off", log_config=None, interface="asgi3")
    config.load()
    records = _Records()
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.addHandler(records)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            connected = asyncio.run(_talk(kind, config, sending, records))
    finally:
        for logger, (level, propagate) in zip(loggers, before, strict=True):
            logger.removeHandler(records)
            logger.level, logger.propagate = level, propagate
    # What says that something was not closed comes whenever the collector comes.
    warned = [str(found.message) for found in caught if found.category is not ResourceWarning]
    connected.logged += [("warning", text) for text in warned]
    return connected


async def _talk(
    kind: type[HttpToolsProtocol], config: Config, sending: Sending, records: _Records
) -> Connected:
    loop = asyncio.get_running_loop()
    connected = Connected()
    loop.set_exception_handler(
        lambda _, context: records.seen.append(("loop", str(context.get("exception", context))))
    )
    await _have_sleepers(loop)
    SEEN.set(("client",))
    state = ServerState()
    state.default_headers = [(b"server", b"uvicorn")]
    protocol = kind(config, state, {"app_state": 1}, loop)
    client = Client(sending.gone_after, sending.peer, sending.here, sending.secure)
    client.protocol = protocol
    protocol.connection_made(client)  # type: ignore[arg-type]
    if isinstance(protocol, LaneProtocol):
        _count(protocol, connected)
    for piece in sending.pieces:
        if client.is_closed:
            break
        loop.call_soon(protocol.data_received, piece)
        await _until_idle(protocol)
    connected.left = len(state.tasks)
    connected.data, connected.closed = client.data, client.is_closed
    client.close()
    for task in list(state.tasks):
        task.cancel()
    await asyncio.sleep(0)
    connected.events, connected.logged = log.events, records.seen
    return connected


def _count(lane: LaneProtocol, connected: Connected) -> None:
    """Count the requests that go by the lane."""
    start = lane.eager.start

    def counting(work: Any) -> None:
        connected.on_lane += 1
        start(work)

    lane.eager.start = counting  # type: ignore[method-assign]


async def _have_sleepers(loop: asyncio.AbstractEventLoop) -> None:
    """Requests begin at once, as they do when a server has been running for a while."""
    tasks: set[asyncio.Task[None]] = set()
    eager = Eager(loop, tasks, copy_context)
    for _ in range(_WARM):
        loop.call_soon(eager.start, asyncio.sleep(0))
        await asyncio.sleep(0)
    while tasks:
        await asyncio.sleep(0)


async def _until_idle(protocol: HttpToolsProtocol) -> None:
    """Wait until there is nothing more to come."""
    loop = asyncio.get_running_loop()
    end, still = loop.time() + _PATIENCE, 0
    while still < 4 and loop.time() < end:
        await asyncio.sleep(0 if still else 0.0005)
        is_busy = protocol.server_state.tasks or protocol.pipeline
        still = 0 if is_busy else still + 1
