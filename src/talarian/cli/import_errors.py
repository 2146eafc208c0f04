"""An error in the user's module, shown as the user would look for it."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable
from traceback import FrameSummary, StackSummary, TracebackException

import talarian

_OURS = os.path.dirname(os.path.abspath(talarian.__file__ or ""))
_LIBRARIES = tuple(
    sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)


def describe_import_error(module: str, error: Exception) -> str:
    """Return a paragraph for ``error``, raised by importing ``module``, with the user's frames."""
    if isinstance(error, ModuleNotFoundError) and _is_itself_missing(module, error):
        return (
            f"There is no module {error.name!r} to import for {module!r}. Check the name, and that "
            f"the command runs in the folder that contains it (now {os.getcwd()})."
        )
    trace = TracebackException.from_exception(error)
    _keep_user_frames(trace)
    return f"Could not import {module}:\n\n{''.join(trace.format()).rstrip()}\n\n{_advice(error)}"


def _is_itself_missing(module: str, error: ModuleNotFoundError) -> bool:
    missing = error.name or ""
    return module == missing or module.startswith(f"{missing}.")


def _advice(error: Exception) -> str:
    name = getattr(error, "name", None) if isinstance(error, ImportError) else None
    package, _, below = (name or "").removeprefix("talarian.").partition(".")
    if package == "fastapi":
        face = f"talarian.fastapi.{below}" if below else "talarian.fastapi"
        problem = (
            f"has no module {face}"
            if isinstance(error, ModuleNotFoundError)
            else f"lacks that name in {face}"
        )
        return (
            f"`import fastapi` means Talarian here, and Talarian {problem}. It offers FastAPI's "
            "public names; if this is one of them, please report it."
        )
    if name is not None and name.startswith("talarian."):
        return (
            "If your code names it, correct the name. If not, Talarian is not completely "
            "installed: pip install --force-reinstall talarian"
        )
    if isinstance(error, ModuleNotFoundError):
        return f"Install it for {sys.executable}, or correct the name where it is imported."
    return "Mend the module and try again."


def _keep_user_frames(trace: TracebackException) -> None:
    """Drop the frames of libraries and machinery, in the whole chain of errors."""
    trace.stack = _user_frames(trace.stack)
    for other in (trace.__cause__, trace.__context__, *(trace.exceptions or ())):
        if other is not None:
            _keep_user_frames(other)


def _user_frames(stack: Iterable[FrameSummary]) -> StackSummary:
    frames = [frame for frame in stack if not _is_machinery(frame.filename)]
    users = [frame for frame in frames if not frame.filename.startswith(_LIBRARIES)]
    # An application that is itself an installed package has only such frames.
    return StackSummary.from_list(users or frames)


def _is_machinery(filename: str) -> bool:
    importlib = os.path.join(sysconfig.get_path("stdlib"), "importlib")
    return filename.startswith(("<frozen ", _OURS, importlib))
