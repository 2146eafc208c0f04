"""Ask one rule about one application."""

import inspect
from typing import Any

from talarian.doctor import Finding, examine


def seen(rule: str, app: Any) -> list[Finding]:
    """Return what one rule found."""
    return [finding for finding in examine(app, module=__name__).findings if finding.rule == rule]


def line_of(function: Any, text: str) -> int:
    """Return the line in which a function has some text."""
    lines, first = inspect.getsourcelines(inspect.unwrap(function))
    (line,) = (number for number, line in enumerate(lines, first) if text in line)
    return line


def found_at(rule: str, app: Any, function: Any, text: str) -> Finding:
    """Expect one finding, in the line of a function that has some text."""
    (finding,) = seen(rule, app)
    assert finding.place is not None
    file = inspect.getsourcefile(inspect.unwrap(function)) or ""
    assert file.endswith(finding.place.file)
    assert finding.place.line == line_of(function, text)
    return finding
