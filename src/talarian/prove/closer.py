"""Asking a difference again: is it still there, how small can it be, is it mere chance?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from talarian.prove import shrink
from talarian.prove.diff import Finding, by_name, differences
from talarian.prove.messages import Answer, Question
from talarian.prove.report import Difference
from talarian.prove.volatile import Volatile

TRIES = 60
"""How often each difference is asked again to make it small."""

NEW_PROCESSES = 2
"""How often each difference must survive new processes: sets of objects change their order."""


class Asking(Protocol):
    """Both sides, to be asked again."""

    def pair(self, questions: Sequence[Question], *, fresh: bool = True) -> tuple[Answer, Answer]:
        """The answers of FastAPI and Talarian to the last question."""
        ...

    def respawn(self) -> None:
        """Go on in new processes."""
        ...

    def is_late(self) -> bool:
        """Whether the time is over."""
        ...


@dataclass(frozen=True)
class Asked:
    """One difference as it was met, before it is made small."""

    position: int
    question: Question
    finding: Finding
    reason: str | None
    """Why Talarian means to differ here, if it does."""


class Look:
    """Asking one difference again, in smaller and smaller ways."""

    def __init__(self, asking: Asking, asked: Asked, ignored: frozenset[str]) -> None:
        self.asking, self.asked, self.ignored = asking, asked, ignored
        self.aspect = next(iter(by_name([asked.finding])))
        self.tries = 0
        self.last: Finding | None = None
        """How the difference looked when it was last seen."""

    def needed_before(self, earlier: Sequence[Question]) -> list[Question] | None:
        """The questions that must come first. None if the difference does not come back."""
        question = self.asked.question
        if self._shows([question]):
            return []
        if not self._shows([*earlier, question]):
            return None
        return shrink.shortest(earlier, lambda kept: self._shows([*kept, question]))

    def smallest(self) -> Question:
        """The smallest question of its kind. Confirmed by itself, in fresh applications."""
        small = shrink.smallest(
            self.asked.question, lambda simpler: self._shows([simpler], fresh=False)
        )
        self.tries = 0
        if self._shows([small]):
            return small
        self.last = None
        return self.asked.question

    def _shows(self, questions: Sequence[Question], *, fresh: bool = True) -> bool:
        self.tries += 1
        if self.tries > TRIES or self.asking.is_late():
            return False
        found = by_name(differences(*self.asking.pair(questions, fresh=fresh), self.ignored))
        finding = found.get(self.aspect)
        if finding is None or (self.aspect == "status" and not self._is_same_status(finding)):
            return False
        self.last = finding
        return True

    def _is_same_status(self, finding: Finding) -> bool:
        met = self.asked.finding
        return (finding.fastapi, finding.talarian) == (met.fastapi, met.talarian)


def confirmed(asking: Asking, found: Iterable[Difference], random: Volatile) -> list[Difference]:
    """Mark as unrepeatable what FastAPI itself answers otherwise in another process."""
    confirmed = list(found)
    for _ in range(NEW_PROCESSES):
        if not any(map(_is_open, confirmed)):
            break
        asking.respawn()
        confirmed = [
            replace(each, repeatable=_holds(asking, each, random)) if _is_open(each) else each
            for each in confirmed
        ]
    return confirmed


def _is_open(difference: Difference) -> bool:
    return difference.repeatable and difference.expected is None


def _holds(asking: Asking, difference: Difference, random: Volatile) -> bool:
    if difference.question is None or asking.is_late():
        return True
    answers = asking.pair([*difference.before, difference.question])
    return any(
        finding.aspect == difference.aspect and finding.fastapi == difference.fastapi
        for finding in differences(*answers, random.ignored(difference.question))
    )
