"""What was asked and answered, and whether the database agrees."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from tests.faults.shapes import BY_NAME, NOTHING, Parts, Shape


class Outcome(Enum):
    """What the client knows about its request."""

    ACKNOWLEDGED = "acknowledged (2xx)"
    REFUSED = "refused (4xx, 5xx)"
    UNKNOWN = "said to be unknown"
    UNREAD = "answer not read"
    UNSENT = "not sent in full"
    HUNG = "no answer at all"
    STRANGE = "an answer that cannot be"


@dataclass(slots=True)
class Record:
    """One request.

    Attributes:
        key: Its unique id.
        manner: How the client behaved.
        sent: Seconds of the monotonic clock.
        events: What happened, in words.
    """

    key: str
    shape: Shape
    manner: str
    sent: float = field(default_factory=time.monotonic)
    ended: float = 0.0
    outcome: Outcome | None = None
    status: int | None = None
    parts: Parts = NOTHING
    """What a 2xx says was written."""
    events: list[str] = field(default_factory=list)

    def end(self, outcome: Outcome, event: str) -> None:
        self.outcome = outcome
        self.ended = time.monotonic()
        self.events.append(event)

    def told(self, begin: float) -> str:
        """The history of this request, for people."""
        times = f"{self.sent - begin:.3f} s to {self.ended - begin:.3f} s"
        return f"{self.key} POST /{self.shape.name} ({self.manner}), {times}: " + "; ".join(
            self.events
        )


@dataclass(frozen=True)
class Violation:
    """A promise that was broken."""

    what: str
    record: Record | None = None


def check(records: Iterable[Record], rows: Iterable[tuple[str, int]]) -> Iterator[Violation]:
    """Compare what was answered with what is in the database.

    Args:
        records: Every request that was begun.
        rows: Key and part of every row.
    """
    found: defaultdict[str, list[int]] = defaultdict(list)
    for key, part in rows:
        found[key].append(part)
    for record in records:
        parts = tuple(sorted(found.pop(record.key, ())))
        wrong = _wrong(record, parts)
        if wrong is not None:
            yield Violation(wrong, record)
    for key in found:
        yield Violation(f"{key}: rows that nobody has asked for: {found[key]}")


def _wrong(record: Record, parts: Parts) -> str | None:
    outcomes, is_whole = record.shape.outcomes, parts in record.shape.outcomes
    match record.outcome:
        case Outcome.ACKNOWLEDGED if not outcomes:
            return f"answered {record.status}, and it must never succeed; {_shown(parts)}"
        case Outcome.ACKNOWLEDGED if parts != record.parts or not is_whole:
            return f"answered {record.status} with parts {list(record.parts)}, but {_shown(parts)}"
        case Outcome.REFUSED | Outcome.UNSENT if parts:
            return f"{record.outcome.value}, but {_shown(parts)}"
        case Outcome.UNKNOWN | Outcome.UNREAD if parts and not is_whole:
            return f"{record.outcome.value}, and half of it is there: {_shown(parts)}"
        case None | Outcome.HUNG | Outcome.STRANGE:
            return "no outcome" if record.outcome is None else record.outcome.value
        case _:
            return None


def _shown(parts: Parts) -> str:
    return f"the database has parts {list(parts)}" if parts else "the database has nothing of it"


def committed(rows: Iterable[tuple[str, int]], records: Mapping[str, Record]) -> Counter[str]:
    """How many requests of each shape are in the database."""
    keys = {key for key, _ in rows}
    return Counter(records[key].shape.name for key in keys if key in records)


def answers(records: Iterable[Record]) -> Mapping[str, Counter[str]]:
    """For each shape, how often each thing was answered."""
    table: dict[str, Counter[str]] = {name: Counter() for name in BY_NAME}
    for record in records:
        told = record.outcome.value if record.status is None and record.outcome else ""
        if record.outcome is Outcome.UNKNOWN:
            told = f"{record.status} unknown"
        table[record.shape.name][told or str(record.status)] += 1
    return table
