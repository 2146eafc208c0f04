"""What was found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from talarian.hook.distribution import CONTRACT_VERSION
from talarian.prove.curl import command
from talarian.prove.diff import ABSENT, short
from talarian.prove.messages import Question

SHARED = ("starlette", "pydantic", "pydantic-core")


@dataclass(frozen=True)
class Difference:
    """One aspect of one operation that FastAPI and Talarian answer differently."""

    operation: str
    aspect: str
    fastapi: str
    talarian: str
    question: Question | None
    """The smallest that shows it; None for what shows without a request."""
    before: tuple[Question, ...] = ()
    """What must be asked first."""
    count: int = 1
    """How many of the requests showed it."""
    expected: str | None = None
    """Why Talarian means to differ here, if it does."""
    repeatable: bool = True

    def lines(self) -> Iterator[str]:
        times = f"   ({self.count} requests)" if self.count > 1 else ""
        yield f"{self.operation}   {self.aspect}{times}"
        yield f"    FastAPI    {short(self.fastapi)}"
        yield f"    Talarian   {short(self.talarian)}"
        if self.expected:
            yield f"    on purpose: {self.expected}"
        if self.question is not None:
            for question in (*self.before, self.question):
                yield f"    $ {command(question)}"

    def data(self) -> dict[str, Any]:
        return {
            "operation": self.operation,
            "aspect": self.aspect,
            "fastapi": None if self.fastapi == ABSENT else self.fastapi,
            "talarian": None if self.talarian == ABSENT else self.talarian,
            "requests": self.count,
            "expected": self.expected,
            "tries": self.question.note if self.question else None,
            "curl": [command(each) for each in (*self.before, self.question) if each is not None],
        }


@dataclass(frozen=True)
class Report:
    fastapi: Mapping[str, str]
    """The versions on FastAPI's side, by package."""
    talarian: Mapping[str, str]
    operations: int
    requests: int
    differences: list[Difference]
    unrepeatable: list[Difference]
    """Met once, gone when asked again: shown, but no failure."""
    random: Mapping[str, frozenset[str]]
    """What FastAPI itself does not answer the same way twice, by operation. Not compared."""
    unanswerable: int
    """Requests whose status FastAPI itself does not repeat. Not compared."""
    seconds: float
    notes: list[str] = field(default_factory=list[str])

    @property
    def failures(self) -> list[Difference]:
        return [each for each in self.differences if each.expected is None]

    def text(self) -> str:
        """The report for a terminal."""
        lines: list[str] = []
        for difference in self.differences:
            lines += [*difference.lines(), ""]
        if self.unrepeatable:
            lines += ["Met, but not the same when asked again in another process:", ""]
            for difference in self.unrepeatable:
                lines += [*difference.lines(), ""]
        lines += self._remarks()
        lines.append(self.summary())
        return "\n".join(lines)

    def summary(self) -> str:
        count = len(self.failures)
        verdict = "No difference" if not count else f"{count} difference{'s'[: count > 1]}"
        asked = f"{self.requests} requests on {self.operations} operations"
        return f"{verdict} in {asked}, in {self.seconds:.0f} seconds."

    def data(self) -> dict[str, Any]:
        """The report for a program."""
        return {
            "operations": self.operations,
            "requests": self.requests,
            "seconds": round(self.seconds, 1),
            "versions": {"fastapi": dict(self.fastapi), "talarian": dict(self.talarian)},
            "differences": [each.data() for each in self.differences],
            "unrepeatable": [each.data() for each in self.unrepeatable],
            "random": {name: sorted(aspects) for name, aspects in self.random.items()},
            "not_compared": self.unanswerable,
            "notes": self._remarks(),
        }

    def _remarks(self) -> list[str]:
        lines = list(self.notes)
        for operation, aspects in self.random.items():
            lines.append(f"Random on FastAPI itself, not compared: {operation}   {_few(aspects)}")
        if self.unanswerable:
            lines.append(
                f"{self.unanswerable} requests were not compared: FastAPI itself gave them another "
                "status the second time. If the runs share a database, give each its own "
                "(${RUN} in --env-file) or bring it back with --before."
            )
        if self.fastapi.get("fastapi") not in (None, CONTRACT_VERSION):
            lines.append(
                f"Compared with FastAPI {self.fastapi['fastapi']}; "
                f"Talarian follows {CONTRACT_VERSION}."
            )
        for name in SHARED:
            there, here = self.fastapi.get(name), self.talarian.get(name)
            if there != here and here is not None:
                lines.append(f"{name} is {there} on FastAPI's side and {here} on Talarian's.")
        return lines


def _few(aspects: frozenset[str]) -> str:
    names = sorted(aspects)
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return ", ".join(names[:6]) + more
