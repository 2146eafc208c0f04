"""What must differ: measured by asking FastAPI the same things twice, in two fresh processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from talarian.prove.diff import differences, general
from talarian.prove.messages import Answer, Question


@dataclass(frozen=True)
class Volatile:
    """What FastAPI itself does not answer the same way twice."""

    aspects: dict[str, frozenset[str]]
    """For each operation, the aspects that are random (`general` names)."""
    unanswerable: frozenset[int]
    """The questions, by position, to which even the status differed: nothing can be learned."""

    def ignored(self, question: Question) -> frozenset[str]:
        return self.aspects.get(question.operation, frozenset())


def learn(
    questions: Sequence[Question], first: Sequence[Answer], second: Sequence[Answer]
) -> Volatile:
    """Compare two runs of the same questions on the same engine.

    An aspect that is random in one answer of an operation is taken to be random in all of them: a
    coin that fell on the same side twice is still a coin.
    """
    aspects: dict[str, set[str]] = {}
    unanswerable: set[int] = set()
    for position, (question, one, other) in enumerate(zip(questions, first, second, strict=True)):
        names = {general(finding.aspect) for finding in differences(one, other)}
        if "status" in names:
            unanswerable.add(position)
        elif names:
            aspects.setdefault(question.operation, set()).update(names)
    return Volatile(
        {operation: frozenset(names) for operation, names in aspects.items()},
        frozenset(unanswerable),
    )
