"""One revision: a file with a step from one schema to the next."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.script import Script

BASE = "base"
"""The name of the state before the first revision."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision as it is in its file.

    Args:
        id: What other revisions and the database call it.
        parents: The ids of the revisions that it comes after; several for a merge, none for the
            first one.
        message: What it does, in the words of who made it.
        path: The file.
        risks: What a person has to look at before it runs in production.
        reviewed: Whether somebody has.
    """

    id: str
    parents: Sequence[str]
    message: str
    path: Path
    risks: Sequence[str]
    reviewed: bool

    def __str__(self) -> str:
        return f"{self.id} {self.message}"

    @property
    def place(self) -> str:
        """The file and the line to edit after a review."""
        return f"{shown(self.path)}:{_line_of('reviewed', self.path)}"


def revision_of(script: Script) -> Revision:
    """What Alembic has read from a file."""
    down = script.down_revision or ()
    module = script.module
    return Revision(
        id=script.revision,
        parents=(down,) if isinstance(down, str) else tuple(down),
        message=script.doc,
        path=Path(script.path),
        risks=tuple(getattr(module, "risks", ())),
        reviewed=bool(getattr(module, "reviewed", True)),
    )


def shown(path: Path) -> str:
    """A path as people write it: from the working directory, if it is below that."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def place_in(error: BaseException, folder: Path) -> str:
    """The innermost line of a revision file in a traceback; empty if there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{shown(Path(error.filename))}:{error.lineno}"
    place, trace = "", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename).resolve()
        if path.parent == folder.resolve():
            place = f"{shown(path)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _line_of(name: str, path: Path) -> int:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return node.lineno
    return 1
