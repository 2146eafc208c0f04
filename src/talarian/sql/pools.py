"""Connection pools that know who holds their connections."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from talarian.extensions import Measurement

from .callers import Line, user_line
from .errors import DatabaseUnavailable, PoolExhausted

logger = logging.getLogger("talarian.sql")

_HOLDER = "talarian_holder"


@dataclass(slots=True)
class Holder:
    """Whoever has a connection now."""

    line: Line | None
    since: float
    work: Any = None
    """What it is for: an object whose text says so, once that is known."""

    def __str__(self) -> str:
        what = "a connection of its own" if self.work is None else str(self.work)
        return f"{what} (begun at {self.line})" if self.line else what


@dataclass(eq=False)
class PoolWatch:
    """Counts what happens at a pool. One for each engine, as long as that lives."""

    name: str
    capacity: int
    """The most connections that there can be at once."""
    holders: dict[int, Holder] = field(default_factory=dict)
    waiting: int = 0
    waited: float = 0.0
    """Seconds that were spent in getting connections, since the start."""
    connects: int = 0
    timeouts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def pool_class(self, base: type[QueuePool]) -> type[QueuePool]:
        """Return a class of pools that this watches."""
        watch = self

        class WatchedPool(base):  # type: ignore[valid-type, misc]
            def connect(self) -> PoolProxiedConnection:
                return watch.connect(super().connect)

        return WatchedPool

    def listen(self, engine: Engine) -> None:
        """Notice who takes and returns connections."""
        event.listen(engine, "checkout", self._checked_out)
        event.listen(engine, "checkin", self._checked_in)

    def connect(self, connect: Callable[[], PoolProxiedConnection]) -> PoolProxiedConnection:
        """Get a connection.

        Raises:
            PoolExhausted: When none became free in time.
            DatabaseUnavailable: When the database does not accept a new one.
        """
        begin = time.monotonic()
        self._change(waiting=1)
        try:
            return connect()
        except PoolTimeoutError as error:
            self._change(timeouts=1)
            message = self.exhausted(time.monotonic() - begin)
            logger.error("%s", message)
            raise PoolExhausted(message) from error
        except Exception as error:
            # Each driver has exceptions of its own here; whatever it is, there is no connection.
            reason = f"{type(error).__name__}: {error}"
            raise DatabaseUnavailable(f"No connection to {self.name}: {reason}") from error
        finally:
            self._change(waiting=-1, connects=1, waited=time.monotonic() - begin)

    def exhausted(self, seconds: float) -> str:
        """Say who holds the connections, when there are none left."""
        return (
            f"No connection to {self.name} became free in {seconds:.1f} s. All {self.capacity} are "
            "held by: "
            f"{'; '.join(_grouped(self.holders.values())) or 'nobody known'}. Hold them shorter "
            "(no slow work between two queries), or raise DATABASE_POOL_SIZE."
        )

    def measurements(self, pool: QueuePool) -> Iterable[Measurement]:
        """OpenTelemetry's metrics of connection pools:
        https://opentelemetry.io/docs/specs/semconv/database/database-metrics/"""
        labels = {"db.client.connection.pool.name": self.name}
        used, unit = pool.checkedout(), "{connection}"
        for state, count in (("used", used), ("idle", pool.checkedin())):
            state_of = labels | {"db.client.connection.state": state}
            yield Measurement("db.client.connection.count", count, unit, state_of)
        yield Measurement("db.client.connection.max", self.capacity, unit, labels)
        yield Measurement(
            "db.client.connection.pending_requests", self.waiting, "{request}", labels
        )
        for name, value, of in (
            ("timeouts", self.timeouts, "{timeout}"),
            ("wait_time.count", self.connects, "{connection}"),
            ("wait_time.sum", self.waited, "s"),
        ):
            yield Measurement(f"db.client.connection.{name}", value, of, labels, total=True)

    def _checked_out(self, _: Any, record: Any, proxy: Any) -> None:
        holder = Holder(user_line(), time.monotonic())
        self.holders[id(record)] = record.info[_HOLDER] = holder

    def _checked_in(self, _: Any, record: Any) -> None:
        self.holders.pop(id(record), None)
        record.info.pop(_HOLDER, None)

    def _change(
        self, waiting: int = 0, timeouts: int = 0, connects: int = 0, waited: float = 0.0
    ) -> None:
        with self.lock:
            self.waiting += waiting
            self.timeouts += timeouts
            self.connects += connects
            self.waited += waited


def tell_holder(connection: Connection, work: object) -> None:
    """Say what a connection is used for."""
    holder: Holder | None = connection.info.get(_HOLDER)
    if holder is not None:
        holder.work = work


def _grouped(holders: Iterable[Holder]) -> Iterator[str]:
    """The holders, those that do the same together, the most first."""
    now = time.monotonic()
    known = [(str(holder), now - holder.since) for holder in holders]
    for text, count in Counter(text for text, _ in known).most_common(5):
        longest = max(seconds for other, seconds in known if other == text)
        yield f"{count} x {text}, for up to {longest:.1f} s"
