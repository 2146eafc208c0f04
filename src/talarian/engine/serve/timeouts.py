"""How long a connection may keep the server waiting: one timer, asked for seldom.

Setting a timer anew for each request costs more than the request needs otherwise. This one looks
every few seconds at how long the present state has lasted.
"""

from asyncio import TimerHandle
from enum import Enum, auto
from typing import Any


class Phase(Enum):
    """What the server waits for: the first request, the next one, or the rest of one."""

    CONNECTED = auto()
    IDLE = auto()
    HEADERS = auto()
    BODY = auto()


# On Python 3.11 a member costs more to look up than all else that is done with it.
CONNECTED, IDLE, HEADERS, BODY = Phase


class Timeouts:
    """The timer of one connection.

    Args:
        lane: The connection.
    """

    def __init__(self, lane: Any) -> None:
        self._lane = lane
        self._timer: TimerHandle | None = None
        self.phase = CONNECTED
        self.since = 0.0
        """When the present state began, in the event loop's time."""
        self.overhead = 0
        """Bytes of a header section, or between two pieces of a body, without the piece of data
        that it began in."""
        self.has_moved = False
        """The present piece of data had the beginning of a message, or some of its body."""

    def begin(self) -> None:
        lane = self._lane
        self.since = lane.loop.time()
        self._every = min(
            lane.timeout_keep_alive, lane.timeout_request_headers, lane.timeout_request_body
        )
        self._timer = lane.loop.call_later(self._every, self._look)

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def begin_message(self) -> None:
        """The first bytes of a request have come."""
        self.phase = HEADERS
        self.overhead = 0
        self.has_moved = True

    def unfinished(self, size: int) -> None:
        """A piece of `size` bytes was parsed, and a message goes on."""
        if self.has_moved:
            self.overhead = 0
        else:
            self.overhead += size
        if self.has_moved or self.phase is BODY:
            self.since = self._lane.loop.time()  # else the time is for the whole section

    def _look(self) -> None:
        lane = self._lane
        self._timer = None
        if lane.transport.is_closing():
            return
        limit, wait = self._limit(), self._every
        if limit is not None:
            left = self.since + limit - lane.loop.time()
            if left <= 0.001:
                lane.expire(self.phase)
                return
            wait = min(wait, left)
        self._timer = lane.loop.call_later(wait, self._look)

    def _limit(self) -> float | None:
        """Seconds that the present state may last; `None` when it is not the client's turn."""
        lane = self._lane
        limit: float
        if self.phase is CONNECTED or self.phase is HEADERS:
            limit = lane.timeout_request_headers
        elif self.phase is BODY:
            if lane.flow.read_paused:
                return None
            limit = lane.timeout_request_body
        else:
            if lane.active is not None or lane.pipeline:
                return None
            limit = lane.timeout_keep_alive
        return limit
