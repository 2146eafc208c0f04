"""The connections of a client, counted."""

from collections import Counter
from collections.abc import Iterable

from pymongo import monitoring

from talarian.extensions import Measurement


class PoolWatch(monitoring.ConnectionPoolListener):
    """Counts what happens in the pools of one client: one pool for each server.

    The driver calls it in the event loop of the client, as long as that is open.
    """

    def __init__(self, name: str, capacity: int) -> None:
        self._name = name
        self._capacity = capacity
        self._counts: Counter[str] = Counter()
        self._waited = 0.0

    def measurements(self) -> Iterable[Measurement]:
        """OpenTelemetry's metrics of connection pools:
        https://opentelemetry.io/docs/specs/semconv/database/database-metrics/"""
        counts, labels, unit = (
            self._counts,
            {"db.client.connection.pool.name": self._name},
            "{connection}",
        )
        used = counts["taken"] - counts["returned"]
        idle = counts["opened"] - counts["closed"] - used
        for state, count in (("used", used), ("idle", max(idle, 0))):
            state_of = labels | {"db.client.connection.state": state}
            yield Measurement("db.client.connection.count", count, unit, state_of)
        yield Measurement("db.client.connection.max", self._capacity, unit, labels)
        waiting = counts["asked"] - counts["taken"] - counts["refused"]
        yield Measurement("db.client.connection.pending_requests", waiting, "{request}", labels)
        for name, value, of in (
            ("timeouts", counts["timeout"], "{timeout}"),
            ("wait_time.count", counts["taken"], "{connection}"),
            ("wait_time.sum", self._waited, "s"),
        ):
            yield Measurement(f"db.client.connection.{name}", value, of, labels, total=True)

    # What the driver tells.

    def connection_created(self, event: monitoring.ConnectionCreatedEvent) -> None:
        self._counts["opened"] += 1

    def connection_closed(self, event: monitoring.ConnectionClosedEvent) -> None:
        self._counts["closed"] += 1

    def connection_check_out_started(
        self, event: monitoring.ConnectionCheckOutStartedEvent
    ) -> None:
        self._counts["asked"] += 1

    def connection_checked_out(self, event: monitoring.ConnectionCheckedOutEvent) -> None:
        self._counts["taken"] += 1
        self._waited += event.duration or 0.0

    def connection_checked_in(self, event: monitoring.ConnectionCheckedInEvent) -> None:
        self._counts["returned"] += 1

    def connection_check_out_failed(self, event: monitoring.ConnectionCheckOutFailedEvent) -> None:
        self._counts["refused"] += 1
        if event.reason == monitoring.ConnectionCheckOutFailedReason.TIMEOUT:
            self._counts["timeout"] += 1

    def connection_ready(self, event: monitoring.ConnectionReadyEvent) -> None:
        """Not counted."""

    def pool_created(self, event: monitoring.PoolCreatedEvent) -> None:
        """Not counted."""

    def pool_ready(self, event: monitoring.PoolReadyEvent) -> None:
        """Not counted."""

    def pool_cleared(self, event: monitoring.PoolClearedEvent) -> None:
        """Not counted: each of its connections is closed, which is."""

    def pool_closed(self, event: monitoring.PoolClosedEvent) -> None:
        """Not counted."""
