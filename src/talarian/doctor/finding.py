"""What is found: where, how bad, what goes wrong, what to write instead."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """How bad a finding is, the worst first."""

    ERROR = "error"
    """Data is lost, or somebody gets in who should not."""
    WARNING = "warning"
    """The application does not do what its code says."""
    INFO = "info"
    """Worth a decision before it goes into production."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a source file. `file` is relative to the current folder if it lies below it."""

    file: str
    line: int

    @classmethod
    def at(cls, file: str, line: int) -> "Place":
        """Return the place in a file that is given by its absolute path."""
        path, here = Path(file), Path.cwd()
        return cls(str(path.relative_to(here) if path.is_relative_to(here) else path), line)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One trap that an application has."""

    rule: str
    """The stable name of the rule, for ``--ignore``."""
    severity: Severity
    message: str
    """What goes wrong, in one or two sentences."""
    advice: str
    """What to write instead."""
    source: str
    """A page that explains the behaviour: FastAPI's documentation or a standard."""
    place: Place | None
    """`None` when the application's creation cannot be found in its module."""
    application: str
    """The path the application is mounted at; empty for the outermost one."""
