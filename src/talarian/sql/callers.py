"""Which line of the user's code is running: for messages that name it."""

import sys
import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import greenlet  # type: ignore[import-untyped]
from sqlalchemy.orm import attributes

_LIBRARIES = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {str(Path(__file__).parents[1])}
)
_LOOP = str(Path("asyncio") / "events.py")
_ATTRIBUTES = attributes.__file__


class Line(NamedTuple):
    """A line of code."""

    file: str
    number: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.number}, in {self.function}"


def user_line() -> Line | None:
    """The innermost line that is being executed and is the user's own; `None` if there is none."""
    return next(user_lines(), None)


def user_lines() -> Iterator[Line]:
    """The user's own lines that are being executed, the innermost first."""
    for frame in _frames():
        code = frame.f_code
        if _is_own(code.co_filename):
            yield Line(code.co_filename, frame.f_lineno, code.co_name)


def reads_attribute() -> bool:
    """Whether the user's own line reads an attribute of an object, rather than calls SQLAlchemy."""
    for frame in _frames():
        code = frame.f_code
        if code.co_name == "__get__" and code.co_filename == _ATTRIBUTES:
            return True
        if _is_own(code.co_filename):
            return False
    return False


def _frames() -> Iterator[FrameType]:
    """The stack of this task. SQLAlchemy's async side runs in greenlets, which have each its own
    stack: that of the awaiting code is in the parent."""
    frame: FrameType | None = sys._getframe(1)
    here = greenlet.getcurrent()
    while frame is not None:
        if frame.f_code.co_filename.endswith(_LOOP):
            return  # what is below runs the event loop
        yield frame
        frame = frame.f_back
        if frame is None and here.parent is not None:
            here = here.parent
            frame = here.gr_frame


@lru_cache(maxsize=4096)
def _is_own(file: str) -> bool:
    return not file.startswith(("<", *_LIBRARIES))
