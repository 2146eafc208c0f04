"""The fast lane as uvicorn takes it, with the limits of the command line."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import Any

from talarian.cli.failure import Failure


@dataclass(frozen=True)
class LaneLimits:
    """What the lane allows one connection. ``None`` leaves the lane's own default."""

    timeout_request_headers: float | None = None
    """Seconds."""
    timeout_request_body: float | None = None
    """Seconds from one piece to the next."""
    max_header_size: int | None = None
    """Bytes."""

    def given(self) -> dict[str, float]:
        """Those that are not the default."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class LimitedLane:
    """Makes the protocol of each connection. Worker processes get it pickled: no class can be."""

    limits: LaneLimits

    def __call__(self, **options: Any) -> Any:
        from talarian.engine.serve.lane import LaneProtocol

        protocol = LaneProtocol(**options)
        for name, value in self.limits.given().items():
            setattr(protocol, name, value)
        return protocol


def http_protocol(lane: bool, limits: LaneLimits) -> Any:
    """What to give uvicorn as ``http``: the lane, or uvicorn's own choice.

    Raises:
        Failure: When limits are asked for that only the lane has, and it is not there.
    """
    is_there = find_spec("httptools") is not None
    if lane and is_there:
        from talarian.engine.serve.lane import LaneProtocol

        return LimitedLane(limits) if limits.given() else LaneProtocol
    if limits.given():
        raise Failure(
            "--timeout-request-headers, --timeout-request-body and --limit-header-size are limits "
            "of the fast lane, and it is off. "
            + ("Leave out --no-lane." if is_there else "Install httptools.")
        )
    return "auto"
