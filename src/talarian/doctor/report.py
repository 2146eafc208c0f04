"""An examination as text for people and as data for machines."""

from collections.abc import Iterator
from dataclasses import asdict
from textwrap import fill
from typing import Any

from .examination import Examination
from .finding import Finding, Severity

_WIDTH = 100
_INDENT = "    "


def as_text(examination: Examination) -> str:
    """Return a paragraph for each finding and a last line that counts them."""
    paragraphs = [*map(_paragraph, examination.findings), "\n".join(_summary(examination))]
    return "\n\n".join(paragraphs)


def as_data(examination: Examination) -> dict[str, Any]:
    """Return the examination as JSON data."""
    return {
        "routes": examination.routes,
        "counts": {severity.value: examination.count(severity) for severity in Severity},
        "findings": [
            {**asdict(finding), "place": finding.place and asdict(finding.place)}
            for finding in examination.findings
        ],
        "unknown": examination.unknown,
    }


def _paragraph(finding: Finding) -> str:
    where = finding.place or "the application"
    mounted = f" (mounted at {finding.application})" if finding.application else ""
    return "\n".join(
        (
            f"{where}: {finding.severity} {finding.rule}{mounted}",
            _filled(finding.message),
            _filled(f"Instead: {finding.advice}"),
            f"{_INDENT}{finding.source}",
        )
    )


def _filled(text: str) -> str:
    return fill(
        text,
        _WIDTH,
        initial_indent=_INDENT,
        subsequent_indent=_INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _summary(examination: Examination) -> Iterator[str]:
    for name, reason in examination.unknown.items():
        yield f"Not decided: {name}: {reason}."
    found = [
        f"{count} {severity}{'s' if count != 1 and severity is not Severity.INFO else ''}"
        for severity in Severity
        if (count := examination.count(severity))
    ]
    routes = f"{examination.routes} route{'' if examination.routes == 1 else 's'}"
    yield f"{', '.join(found) or 'Nothing found'} in {routes}."
