"""The servers under test: uvicorn's own HTTP protocol is the reference for the fast lane."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LANE_MODULE = "talarian.engine.serve.lane"
HAS_LANE = find_spec(LANE_MODULE) is not None


@dataclass(frozen=True)
class Kind:
    """An HTTP protocol class on an event loop."""

    protocol: type[HttpToolsProtocol]
    loop: str

    @property
    def is_lane(self) -> bool:
        return self.protocol is not HttpToolsProtocol

    def __str__(self) -> str:
        return f"{'lane' if self.is_lane else 'reference'}-{self.loop}"


REFERENCE = Kind(HttpToolsProtocol, "uvloop")
LANES = (
    [Kind(import_module(LANE_MODULE).LaneProtocol, loop) for loop in ("uvloop", "asyncio")]
    if HAS_LANE
    else []
)
# What is compared with the reference. Its own twin on the other loop shows that answers can be
# compared at all.
SUBJECTS = [Kind(HttpToolsProtocol, "asyncio"), *LANES]
KINDS = [REFERENCE, *SUBJECTS]
