"""The look of generated code."""

import io
import tokenize

_INDENT = "    "


def indented(code: str, levels: int) -> str:
    """Indent statements, and lines that continue one by the brackets that are open there.

    Args:
        code: Statements, not indented.
        levels: How deep they are to be.
    """
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
