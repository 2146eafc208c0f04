"""What a rule is: a function from an application to observations, with a name and a severity."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .application import Application
from .finding import Place, Severity


@dataclass(frozen=True, slots=True)
class Observation:
    """What one rule saw in one place: what goes wrong there, and what to write instead."""

    place: Place | None
    message: str
    advice: str


class CannotTell(Exception):
    """The rule does not apply, or what it asks cannot be known; the text says why."""


Look = Callable[[Application], Iterable[Observation]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One trap and how to see it.

    Args:
        name: The stable name that ``--ignore`` takes.
        severity: How bad it is.
        source: A page that explains the behaviour.
        look: Yields an observation for each time an application has the trap; raises `CannotTell`.
    """

    name: str
    severity: Severity
    source: str
    look: Look


def rule(name: str, severity: Severity, source: str) -> Callable[[Look], Rule]:
    """Make a rule of the decorated function."""
    return lambda look: Rule(name, severity, source, look)


def listed(names: Sequence[str], limit: int = 3) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
