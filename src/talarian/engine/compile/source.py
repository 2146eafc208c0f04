"""Source text while it is being written: lines, indentation, names and what they stand for."""

import builtins
import keyword
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any


class Source:
    """A module's text and its names.

    Two kinds of names: variables of the function that is written, and objects it uses, which begin
    with an underscore. Neither is ever used twice.

    Args:
        reserved: Variables that the writer names itself.
    """

    def __init__(self, *reserved: str) -> None:
        self.lines: list[str] = []
        self.objects: dict[str, Any] = {}
        self._taken = {*keyword.kwlist, *dir(builtins), "__builtins__", *reserved}
        self._known: dict[int, str] = {}
        self._depth = 0

    def __str__(self) -> str:
        return "\n".join(self.lines) + "\n"

    def line(self, text: str) -> None:
        self.lines.append("    " * self._depth + text)

    def open(self, text: str) -> None:
        """Write the head of a block that lasts until the function ends."""
        self.line(text)
        self._depth += 1

    def close(self, depth: int) -> None:
        """Go back to a depth of blocks."""
        self._depth = depth

    @property
    def depth(self) -> int:
        return self._depth

    @contextmanager
    def block(self, text: str) -> Generator[None]:
        before = self._depth
        self.open(text)
        yield
        self._depth = before

    def variable(self, wish: str) -> str:
        """A variable whose name is `wish`, or close to it."""
        return self._free(wish)

    def object(self, wish: str, value: Any) -> str:
        """The name under which the text can use `value`; the same one for the same object."""
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = self._free(f"_{wish}")
            self.objects[known] = value
        return known

    def _free(self, wish: str) -> str:
        name, number = wish, 2
        while name in self._taken:
            name, number = f"{wish}_{number}", number + 1
        self._taken.add(name)
        return name
