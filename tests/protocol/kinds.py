"""The servers under test: uvicorn's own HTTP protocol is the reference for the fast lane."""

from dataclasses import dataclass

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from talarian.engine.serve.lane import LaneProtocol

LOOPS = ("uvloop", "asyncio")


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
LANES = [Kind(LaneProtocol, loop) for loop in LOOPS]
# What is compared with the reference. Its own twin on the other loop shows that answers can be
# compared at all.
SUBJECTS = [Kind(HttpToolsProtocol, "asyncio"), *LANES]
KINDS = [REFERENCE, *SUBJECTS]
