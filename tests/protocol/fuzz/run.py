"""Many inputs, one after the other, until one tells the two servers apart."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from random import Random

from tests.protocol.apps.waiting import Told, make
from tests.protocol.fuzz.compare import Side, difference, minimised
from tests.protocol.fuzz.mutate import cut, made
from tests.protocol.kinds import REFERENCE, Kind
from tests.protocol.server import serving

Differs = Callable[[bytes, list[bytes]], str | None]


class Different(AssertionError):
    """The lane does something else than the reference."""


@contextmanager
def compared(lane: Kind) -> Generator[Differs]:
    """Run both servers; give a function that says how they differ on an input."""
    ours, theirs = Told(), Told()
    with serving(make(theirs), REFERENCE) as reference, serving(make(ours), lane) as server:
        sides = Side(reference, theirs), Side(server, ours)

        def differs(raw: bytes, pieces: list[bytes]) -> str | None:
            found = difference(*sides, raw, pieces)
            # Once more, lest a busy machine be taken for a difference.
            return found and difference(*sides, raw, pieces)

        yield differs


def fuzz(differs: Differs, seed: int, count: int, seconds: float = 1e9) -> int:
    """Try `count` inputs, or as many as there is time for; return how many they were.

    Raises:
        Different: With what to paste into a test.
    """
    deadline = time.monotonic() + seconds
    for number in range(count):
        if time.monotonic() > deadline:
            return number
        random = Random(f"{seed}-{number}")
        raw = made(random)
        if not raw:
            continue
        pieces = cut(raw, random)
        if (found := differs(raw, pieces)) is not None:
            smallest = minimised(raw, lambda shorter: differs(shorter, [shorter]) is not None)
            smaller = differs(smallest, [smallest])
            raise Different(
                f"input {number} of seed {seed}\n{found}\nraw = {raw!r}\n"
                + (f"minimised:\n{smaller}\nraw = {smallest!r}" if smaller else "")
            )
    return count
