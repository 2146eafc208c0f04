"""New revision files."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from alembic.script import Script
from alembic.util import rev_id

from .folder import Folder
from .rendering import Code
from .revisions import Revision, revision_of

_EMPTY = Code("", "", ["import sqlalchemy as sa", "from alembic import op"])

_REVIEW = """
# What a person has to look at before this runs in production. When you have, and have changed
# what is not right, set `reviewed = True`; until then production refuses to run it.
risks = [
{risks}
]
reviewed = False
"""


def write_revision(
    folder: Folder,
    message: str,
    *,
    code: Code = _EMPTY,
    risks: Sequence[str] = (),
    parents: Sequence[str] = (),
) -> Revision:
    """Write a revision file.

    Args:
        folder: Where.
        message: What it does.
        code: What is in it. Without it, its functions do nothing.
        risks: What has to be reviewed.
        parents: What it comes after. Without it: the newest one.
    """
    script = folder.scripts.generate_revision(
        rev_id(),
        message,
        head=tuple(parents) or folder.single_head(),
        docstring=_docstring(message),
        imports="\n".join(code.imports),
        upgrades=code.upgrade,
        downgrades=code.downgrade,
        review=_review(risks),
    )
    assert isinstance(script, Script)
    _tidy(Path(script.path))
    return revision_of(script)


def _docstring(message: str) -> str:
    text = message.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""{text}"""'


def _review(risks: Sequence[str]) -> str:
    if not risks:
        return ""
    return _REVIEW.format(risks="\n".join(f"    {_wrapped(risk)}," for risk in risks))


def _wrapped(risk: str) -> str:
    """A string in pieces that fit a screen."""
    pieces = wrap(risk, 90, drop_whitespace=False, break_long_words=False)
    return "\n    ".join(map(repr, pieces))


def _tidy(path: Path) -> None:
    """Take out the blank lines that a template leaves where nothing is."""
    lines = [line.rstrip() for line in path.read_text(encoding="utf-8").splitlines()]
    text = "\n".join(lines).strip() + "\n"
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    path.write_text(text, encoding="utf-8")
