"""What a run gave: pytest's JUnit XML as data."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["passed", "failed", "skipped"]

# Read from the top, the first that matches the module's name after `tests.` decides.
_GROUPS = (
    ("Tutorial: every documented example", r"test_tutorial\."),
    ("Telemetry", r"test_telemetry"),
    ("Request parameters", r"test_request_params\."),
    ("Request bodies and forms", r"test_(\w*(form|file|body|bodies|content_type|upload)|put_)"),
    ("Security", r"test_(\w*security|.*oauth)"),
    ("Dependencies", r"test_(\w*depend|async_dependency|ws_depend)"),
    ("Streams, events, WebSockets", r"test_(sse|stream|ws_|.*websocket)"),
    (
        "OpenAPI and its pages",
        r"test_\w*(openapi|swagger|docs|schema|additional_|webhook|model_def)",
    ),
    (
        "Responses and serialisation",
        r"test_\w*(response|serialize|encoder|dump_json|computed|skip_)",
    ),
    ("Routers and routes", r"test_\w*(router|route|operations_sign|include|url|starlette_)"),
    ("Parameters and validation", r"test_\w*(param|quer|path|header|cookie|annotat|multi_|valid)"),
    ("Static front ends", r"test_frontend"),
)
OTHER = "Everything else"


@dataclass(frozen=True)
class Case:
    test: str
    """``tests.package.test_module::test_name[parameters]``."""
    outcome: Outcome
    message: str = ""
    """The first line of the failure."""

    @property
    def module(self) -> str:
        return self.test.partition("::")[0]

    @property
    def group(self) -> str:
        name = self.module.removeprefix("tests.") + "."
        return next((title for title, rule in _GROUPS if re.match(rule, name)), OTHER)


@dataclass(frozen=True)
class Results:
    cases: tuple[Case, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def failed(self) -> list[Case]:
        return sorted((c for c in self.cases if c.outcome == "failed"), key=lambda c: c.test)

    @property
    def totals(self) -> str:
        """``N passed, N failed, N skipped``: an error is a failure, an expected failure a skip."""
        outcomes: tuple[Outcome, ...] = ("passed", "failed", "skipped")
        return ", ".join(f"{self.count(outcome)} {outcome}" for outcome in outcomes)

    def by_group(self) -> list[tuple[str, Counter[Outcome]]]:
        """Counts for each group that has tests, in the order of the groups."""
        counts = {title: Counter[Outcome]() for title in [*(title for title, _ in _GROUPS), OTHER]}
        for case in self.cases:
            counts[case.group][case.outcome] += 1
        return [(title, count) for title, count in counts.items() if count]


def read(report: Path) -> Results:
    """Read what pytest wrote. Nothing if it did not get as far as writing."""
    if not report.exists():
        return Results(())
    return Results(tuple(_once(map(_case, ET.parse(report).iter("testcase")))))


def _case(element: ET.Element) -> Case:
    module, name = element.get("classname", ""), element.get("name", "")
    test = f"{module}::{name}" if module else name
    for kind in ("error", "failure"):
        if (problem := element.find(kind)) is not None:
            return Case(test, "failed", _first_line(problem))
    return Case(test, "passed" if element.find("skipped") is None else "skipped")


def _first_line(problem: ET.Element) -> str:
    """One line that says most. An error in a module is told in its last line, not its first."""
    if problem.get("message") == "collection failure":
        errors = [line[1:] for line in (problem.text or "").splitlines() if line.startswith("E ")]
        return errors[-1].strip() if errors else "collection failure"
    return (problem.get("message") or problem.text or "").strip().partition("\n")[0]


def _once(cases: Iterable[Case]) -> list[Case]:
    """One case per test: pytest writes two when a test fails and its teardown fails as well."""
    known: dict[str, Case] = {}
    for case in cases:
        if known.setdefault(case.test, case).outcome != "failed":
            known[case.test] = case
    return list(known.values())
