"""The look of generated code."""

import io
import tokenize
from textwrap import dedent

_INDENT = "    "


def indented(code: str, levels: int) -> str:
    """Indent lines that continue others by the brackets that are open there.

    Args:
        code: Statements.
        levels: How deep all of it is.
    """
    code = dedent(_INDENT * levels + code.strip())
    depths = _depths(code)
    lines: list[str] = []
    statement = ""  # the indentation of the statement that a line continues
    for number, line in enumerate(code.splitlines(), 1):
        text = line.strip()
        depth = depths.get(number, 0)
        if depth == 0:
            statement = line[: len(line) - len(text)] if text else ""
        closes = 1 if text.startswith((")", "]")) else 0
        lines.append(f"{_INDENT * levels}{statement}{_INDENT * (depth - closes)}{text}".rstrip())
    return "\n".join(lines)


def _depths(code: str) -> dict[int, int]:
    """How many brackets are open at the beginning of each line that has some."""
    depth, found = 0, dict[int, int]()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.OP and token.string in "([{":
            depth += 1
        elif token.type == tokenize.OP and token.string in ")]}":
            depth -= 1
        elif token.type == tokenize.NL and depth:
            found[token.start[0] + 1] = depth
    return found
