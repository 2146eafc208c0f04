"""Where Talarian means to differ: each with its reason. Reported, but not a failure.

An entry is for a defect of FastAPI that Talarian mends and no caller can rely on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from talarian.prove.diff import Finding
from talarian.prove.messages import Question


@dataclass(frozen=True)
class Expected:
    reason: str
    covers: Callable[[Question, Finding], bool]


EXPECTED: tuple[Expected, ...] = ()


def reason(question: Question, finding: Finding) -> str | None:
    """Why this difference is meant, if it is."""
    return next((one.reason for one in EXPECTED if one.covers(question, finding)), None)
