"""The whole comparison: start, ask, learn what is random, compare, make small."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from typing import Any

from talarian.prove import closer, expected, har, volatile
from talarian.prove.closer import Asked
from talarian.prove.diff import by_name, differences
from talarian.prove.engines import Broken, Engine, Engines, Target
from talarian.prove.messages import Answer, Question, Request
from talarian.prove.report import Difference, Report
from talarian.prove.requests import generate, operations
from talarian.prove.values import Values
from talarian.prove.websocket import conversations

CLOSER_LOOKS = 40
"""How many differences are made small; the others are shown as they were found."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Budget:
    """``requests`` in all, each asked three times; ``seconds`` for everything."""

    requests: int = 2000
    seconds: float = 120.0
    seed: int = 0


def compare(
    fastapi: Target,
    talarian: Target,
    budget: Budget,
    *,
    recorded: Sequence[Request] = (),
    before_each: Callable[[dict[str, str]], None] | None = None,
    progress: Progress | None = None,
    engines: Engines | None = None,
) -> Report:
    """Ask both applications the same and report every difference.

    ``recorded`` requests are asked before the generated ones. ``before_each`` is called before an
    application is started, with its variables, to bring what it stores back to the same state.
    ``engines`` are processes to use and keep, for many comparisons in a row.

    Raises `Broken` when the application can't be had on FastAPI: then there is nothing to compare.
    """
    comparison = _Comparison(fastapi, talarian, budget, before_each, progress, engines)
    with closing(comparison):
        return comparison.run(recorded)


class _Comparison:
    def __init__(
        self,
        fastapi: Target,
        talarian: Target,
        budget: Budget,
        before_each: Callable[[dict[str, str]], None] | None,
        progress: Progress | None,
        engines: Engines | None,
    ) -> None:
        self.budget = budget
        self.started = time.monotonic()
        self._engines = engines or Engines(fastapi, talarian)
        self.fastapi, self.talarian, self.again = self._engines.every
        self._keep = engines is not None
        self._targets = (fastapi, talarian)
        self._before_each = before_each
        self._progress = progress
        self._runs = 0

    def close(self) -> None:
        for engine in self._engines.every:
            with suppress(Broken):
                engine.close()
        if not self._keep:
            self._engines.stop()

    def run(self, recorded: Sequence[Request]) -> Report:
        about = self._open(self.fastapi)
        if about["engine"] != "fastapi":
            what = f"`import fastapi` gives {about['engine']} in {self.fastapi.target.python}"
            raise Broken("FastAPI", "fastapi", what)
        try:
            ours = self._open(self.talarian)
        except Broken as broken:
            return self._not_started(about, broken)
        self.talarian.close()
        document = about["openapi"] or self._document(about)
        pages = list(dict.fromkeys(filter(None, (about["openapi_url"], *about["pages"]))))
        questions: list[Question] = [
            *har.named(recorded, document.get("paths", {})),
            *generate(document, pages, self.budget.requests, self.budget.seed),
            *conversations([*about["websockets"], *ours["websockets"]]),
        ]
        # Each run in a fresh process. Talarian's lies between the two of FastAPI: what drifts with
        # time, or with a database they share, has then drifted further in the second.
        first = self._ask(self.fastapi, questions, share=0.25)
        questions = questions[: len(first)]
        here = self._ask(self.talarian, questions)
        second = self._ask(self.again, questions)
        random = volatile.learn(questions, first, second)
        met = self._differences(questions, first, here, random)
        found = [
            *_undocumented(about, ours),
            *closer.confirmed(
                self,
                [self._small(index, group, questions, random) for index, group in enumerate(met)],
                random,
            ),
        ]
        return Report(
            fastapi=about["versions"],
            talarian=ours["versions"],
            operations=len(operations(document, Values(document))),
            requests=len(questions),
            differences=[each for each in found if each.repeatable],
            unrepeatable=[each for each in found if not each.repeatable],
            random=random.aspects,
            unanswerable=len(random.unanswerable),
            seconds=time.monotonic() - self.started,
        )

    def _not_started(self, about: dict[str, Any], broken: Broken) -> Report:
        last = broken.error.rpartition("\n")[2]
        return Report(
            fastapi=about["versions"],
            talarian={},
            operations=0,
            requests=0,
            differences=[Difference("(start)", broken.stage, "it starts", last, None)],
            unrepeatable=[],
            random={},
            unanswerable=0,
            seconds=time.monotonic() - self.started,
            notes=[f"On {broken.title}:\n\n{broken.error}\n"],
        )

    def _open(self, engine: Engine) -> dict[str, Any]:
        self._runs += 1
        engine.close()
        target = self._targets[engine is self.talarian]
        if self._before_each is not None:
            self._before_each(target.run(self._runs))
        return engine.open(target, self._runs)

    def _document(self, about: dict[str, Any]) -> dict[str, Any]:
        """Ask for the document over HTTP: the application may stand inside a middleware."""
        if about["openapi_url"] is None:
            return {}
        answer = self.fastapi.ask(Request("", "", "GET", about["openapi_url"]))
        try:
            found = json.loads(answer.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _ask(
        self, engine: Engine, questions: Sequence[Question], share: float = 1.0
    ) -> list[Answer]:
        """Ask everything, in order, in a fresh application, for a share of the time."""
        title = engine.target.title
        answers: list[Answer] = []
        self._open(engine)
        # Of the time that is left: the first start of a large application may take a good part.
        now = time.monotonic()
        until = now + (self.started + self.budget.seconds - now) * share
        for number, question in enumerate(questions):
            if share < 1 and number and time.monotonic() > until:
                break
            try:
                answers.append(engine.ask(question))
            except Broken as broken:
                answers.append(Answer(error=broken.stage))
                self._open(engine)
            if self._progress is not None:
                self._progress(f"Asking {title}", number + 1, len(questions))
        return answers

    def _differences(
        self,
        questions: Sequence[Question],
        there: Sequence[Answer],
        here: Sequence[Answer],
        random: volatile.Volatile,
    ) -> list[list[Asked]]:
        """The differences, grouped by operation and aspect, in the order they were met."""
        groups: dict[tuple[str | None, ...], list[Asked]] = {}
        for position, question in enumerate(questions):
            if position in random.unanswerable:
                continue
            found = differences(there[position], here[position], random.ignored(question))
            # After another status the rest of an answer is another answer.
            changed = [each for each in found if each.aspect == "status"] or found
            for aspect, finding in by_name(changed).items():
                what = f"{finding.fastapi} {finding.talarian}" if aspect == "status" else ""
                key = (question.operation, aspect, what)
                reason = expected.reason(finding, there[position])
                met = Asked(position, question, finding, reason)
                groups.setdefault((*key, reason), []).append(met)
        return list(groups.values())

    def _small(
        self,
        index: int,
        group: list[Asked],
        questions: Sequence[Question],
        random: volatile.Volatile,
    ) -> Difference:
        """Choose the smallest of the requests that showed it, and make that smaller."""
        asked = min(group, key=lambda one: one.question.size())
        if self._progress is not None:
            self._progress("Making differences small", index + 1, index + 1)
        found = Difference(
            operation=asked.question.operation,
            aspect=asked.finding.aspect,
            fastapi=asked.finding.fastapi,
            talarian=asked.finding.talarian,
            question=asked.question,
            count=len(group),
            expected=asked.reason,
        )
        if asked.reason is not None or index >= CLOSER_LOOKS or self.is_late():
            return found
        look = closer.Look(self, asked, random.ignored(asked.question))
        earlier = look.needed_before(questions[: asked.position])
        if earlier is None:
            return found if self.is_late() else replace(found, repeatable=False)
        if not earlier:
            found = replace(found, question=look.smallest())
        last = look.last or asked.finding
        return replace(
            found,
            before=tuple(earlier),
            fastapi=last.fastapi,
            talarian=last.talarian,
            aspect=last.aspect,
        )

    def is_late(self) -> bool:
        return time.monotonic() - self.started > self.budget.seconds

    def pair(self, questions: Sequence[Question], *, fresh: bool = True) -> tuple[Answer, Answer]:
        """Ask both sides, and return their answers to the last question."""
        answers: list[Answer] = []
        for engine in (self.again, self.talarian):
            try:
                if fresh or not engine.is_open:
                    self._open(engine)
                answers.append([engine.ask(question) for question in questions][-1])
            except Broken as broken:
                answers.append(Answer(error=broken.stage))
        return answers[0], answers[1]

    def respawn(self) -> None:
        """Go on in new processes, where objects lie elsewhere in memory."""
        self.again.stop()
        self.talarian.stop()


def _undocumented(fastapi: dict[str, Any], talarian: dict[str, Any]) -> list[Difference]:
    """Differences of a document that no request can reach."""
    if fastapi["openapi_url"] is not None:
        return []
    there, here = (
        Answer(200, [], json.dumps(side["openapi"]).encode()) for side in (fastapi, talarian)
    )
    return [
        Difference("app.openapi()", finding.aspect, finding.fastapi, finding.talarian, None)
        for finding in by_name(differences(there, here)).values()
    ]
