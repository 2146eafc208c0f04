"""Check the documentation: links lead to files that exist, Python blocks compile.

Usage: python scripts/check_docs.py. Exits with 1 and one line per mistake.
"""

import ast
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"\]\(<?([^)>\s]+)>?(?:\s+\"[^\"]*\")?\)")


def pages() -> list[Path]:
    """Every page that people read: the top-level ones, docs, and the examples' own."""
    return sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/*.md")])


def mistakes(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    for block in FENCE.finditer(text):
        if block[1] == "python":
            yield from _uncompilable(page, _line(text, block.start(2)), textwrap.dedent(block[2]))
    prose = INLINE_CODE.sub(_blank, FENCE.sub(_blank, text))
    for link in LINK.finditer(prose):
        target = urlsplit(link[1])
        if target.scheme or not target.path:
            continue
        if not (page.parent / unquote(target.path)).exists():
            yield f"{page.relative_to(ROOT)}:{_line(text, link.start())}: no file at {link[1]}"


def _uncompilable(page: Path, first_line: int, code: str) -> Iterator[str]:
    try:
        # Snippets may await outside of a function, to show one line instead of four.
        compile(code, str(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        line = first_line + (error.lineno or 1) - 1
        yield f"{page.relative_to(ROOT)}:{line}: does not compile: {error.msg}"


def _blank(match: re.Match[str]) -> str:
    """Take code out of the prose, but keep its lines, for their numbers."""
    return re.sub(r"[^\n]", " ", match[0])


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def main() -> int:
    checked = pages()
    found = [mistake for page in checked for mistake in mistakes(page)]
    print(*found, f"{len(checked)} pages checked, {len(found)} mistakes", sep="\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
