"""One input on two servers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from tests.protocol.apps.waiting import Told
from tests.protocol.fuzz.reading import Reading, read
from tests.protocol.server import Server, eventually
from tests.protocol.wire import Client, Silence

QUIET = 2.0
"""Seconds of silence that count as no answer."""


@dataclass(frozen=True)
class Outcome:
    """What came of an input.

    Attributes:
        statuses: Of the answers, in order.
        ran: What the endpoints were asked to do.
        end: Whether the connection is "open", "closed" or "silent": it owes an answer.
    """

    statuses: tuple[int, ...]
    ran: tuple[str, ...]
    end: str


@dataclass
class Side:
    """A server and what its application tells."""

    server: Server
    told: Told

    def outcome(self, pieces: list[bytes], reading: Reading, *, one_by_one: bool) -> Outcome:
        """Send these pieces and see.

        Args:
            one_by_one: Each piece is a request, sent when the one before it was answered.
        """
        self.told.events.clear()
        statuses: list[int] = []
        with Client(self.server) as client:
            try:
                for number, piece in enumerate(pieces):
                    client.send_pieces([piece])
                    if one_by_one and number < len(reading.methods):
                        statuses.append(_answer(client, reading, number))
                while len(statuses) < reading.answers:
                    statuses.append(_answer(client, reading, len(statuses)))
                end = _end(client, reading, statuses)
            except EOFError:
                end = "closed"
            except Silence:
                end = "silent"
        assert eventually(lambda: self.server.tasks == 0), "something of this request never ends"
        return Outcome(tuple(statuses), tuple(self.told.events), end)


def _answer(client: Client, reading: Reading, number: int) -> int:
    method = reading.methods[number] if number < len(reading.methods) else "GET"
    return client.answer(method, QUIET).status


def _end(client: Client, reading: Reading, statuses: list[int]) -> str:
    if reading.unfinished:
        # Nothing can be asked any more. Whatever else is answered is one answer too many.
        client.end()
    elif not reading.refused and client.is_open():
        # One that refuses closes, perhaps a moment after an answer that did not need the rest.
        return "open"
    try:
        while True:
            statuses.append(client.answer(seconds=QUIET).status)
    except EOFError:
        return "closed"


def difference(reference: Side, lane: Side, raw: bytes, pieces: list[bytes]) -> str | None:
    """Say how the lane differs from the reference on `raw`; `None` if it doesn't."""
    reading = read(raw)
    if reading.upgrades:
        return None
    starts = [0, *reading.ends, len(raw)]
    whole = [raw[start:end] for start, end in pairwise(starts) if start < end]
    expected = _expected(reference, whole, reading)
    for how, sent, one_by_one in (("request by request", whole, True), ("cut", pieces, False)):
        seen = lane.outcome(sent, reading, one_by_one=one_by_one)
        if not agree(expected, seen, reading):
            return f"{how}: {seen}\nreference: {expected}\nparser: {reading}\npieces: {sent!r}"
    return None


def _expected(reference: Side, whole: list[bytes], reading: Reading) -> Outcome:
    """What the reference does; what only the lane refuses, it is not asked."""
    if not reading.stricter:
        return reference.outcome(whole, reading, one_by_one=True)
    taken = replace(reading, refused=False, stricter=0)
    before = reference.outcome(whole[: len(reading.methods)], taken, one_by_one=True)
    return Outcome((*before.statuses, reading.stricter), before.ran, "closed")


def agree(expected: Outcome, seen: Outcome, reading: Reading) -> bool:
    """Whether two outcomes are the same, or differ only in what depends on timing."""
    if expected == seen:
        return True
    closed = seen.end == expected.end == "closed" and seen.ran == expected.ran
    if closed and seen.statuses == expected.statuses[: len(seen.statuses)]:
        # What a client sends to a connection that was closed resets it, and the last answers are
        # lost with it, if they were not read by then.
        return True
    whole = len(reading.methods)
    if not reading.broken_body and not reading.unfinished:
        return False
    # An endpoint that needs no body may have answered before the rest of it turned out wrong.
    before = seen.statuses[:whole] == expected.statuses[:whole]
    # A request that was refused before its turn came never began: the reference begins with it.
    begun = expected.ran[:-1] if len(expected.ran) < 2 else expected.ran[:-2]
    ran = seen.ran[: len(expected.ran)] == expected.ran or seen.ran in (expected.ran[:-1], begun)
    refused = not reading.refused or seen.statuses[-1:] == (400,)
    few = len(seen.statuses) <= whole + 2 and len(seen.ran) <= len(expected.ran) + 1
    return before and ran and refused and few and seen.end == expected.end


def minimised(raw: bytes, fails: Callable[[bytes], bool], tries: int = 300) -> bytes:
    """Take bytes away as long as it still fails."""
    size = len(raw) // 2
    while size and tries:
        start = 0
        while start < len(raw) and tries:
            shorter = raw[:start] + raw[start + size :]
            tries -= 1
            if shorter and fails(shorter):
                raw = shorter
            else:
                start += size
        size //= 2
    return raw
