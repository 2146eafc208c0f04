"""Every rule, asked about an application and those mounted in it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from talarian.engine.app.application import Talarian

from .application import Application, unwrapped
from .finding import Finding, Place, Severity
from .rule import CannotTell, Rule
from .rules import RULES
from .sources import Sources

_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in an application."""

    findings: list[Finding]
    """The worst first, then by place."""
    unknown: dict[str, str]
    """Rules that could not be decided, with the reason."""
    routes: int
    """How many routes were looked at."""

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


def examine(app: Any, *, module: str | None = None, ignore: Collection[str] = ()) -> Examination:
    """Look at an application and the applications mounted in it.

    Args:
        app: The application; middleware that was put around it by hand is looked through.
        module: The module it was imported from, to find the line that creates it.
        ignore: Names of rules that are not asked.

    Raises:
        TypeError: When `app` is not a Talarian (or, with the import hook, FastAPI) application.
    """
    outermost = unwrapped(app)
    if not isinstance(outermost, Talarian):
        raise TypeError(f"Not a Talarian or FastAPI application but a {type(app).__name__}")
    sources = Sources()
    applications = list(_with_mounted(Application(outermost, sources, module=module)))
    rules = [rule for rule in RULES if rule.name not in ignore]
    findings: list[Finding] = []
    unknown: dict[str, str] = {}
    for application in applications:
        for rule in rules:
            try:
                findings.extend(_findings(rule, application))
            except CannotTell as reason:
                unknown[rule.name] = str(reason)
    findings.sort(key=_worst_first)
    return Examination(findings, unknown, sum(len(each.routes) for each in applications))


def _with_mounted(application: Application) -> Iterator[Application]:
    yield application
    for path, inner in application.mounted:
        if isinstance(inner, Talarian):
            yield from _with_mounted(
                Application(inner, application.sources, path=path, module=application.module)
            )


def _findings(rule: Rule, application: Application) -> Iterator[Finding]:
    for seen in rule.look(application):
        yield Finding(
            rule=rule.name,
            severity=rule.severity,
            message=seen.message,
            advice=seen.advice,
            source=rule.source,
            place=seen.place,
            application=application.path,
        )


def _worst_first(finding: Finding) -> tuple[int, Place, str]:
    return _ORDER.index(finding.severity), finding.place or Place("", 0), finding.rule
