"""The names inside anyio that worker threads of our own have to use, and nothing else of it.

A function in a worker thread may call `anyio.from_thread`, which finds the event loop and the
cancel scope of the task where anyio's own threads put them. Where these names are not there, or
not what we know them to be, `inside` says so, and anyio's threads are used instead of ours.
"""

import importlib
import inspect
from asyncio import Task
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Inside:
    """What anyio's worker threads on asyncio work with. Written against anyio 4.16."""

    backend: Any
    """The class that stands for asyncio."""
    task_states: Mapping[Task[Any], Any]
    """Each task that anyio knows, with its `cancel_scope`."""
    claim: Callable[[Any, Any], AbstractContextManager[Any]]
    """Makes the calling thread a worker thread of an event loop, given the backend and the loop."""
    thread: Any
    """Attributes of the calling thread; `current_cancel_scope` is that of the task it works for."""
    set_library: Callable[[str | None], Any]
    """Say in the current context which async library runs here: in a worker thread, none."""

    def scope_of(self, task: Task[Any]) -> Any:
        """Return the innermost cancel scope that `task` is in, or None."""
        state = self.task_states.get(task)
        return None if state is None else state.cancel_scope


def is_cancelled(scope: Any) -> bool:
    """Whether code in `scope` is to be cancelled, by itself or by a scope around it."""
    cancelled: bool = scope._effectively_cancelled
    return cancelled


@cache
def inside() -> Inside | None:
    """Return the names, or None if this anyio has a shape that we don't know."""
    # Imported late: anyio loads its asyncio half when it is first used, and so do we.
    try:
        backend = importlib.import_module("anyio._backends._asyncio")
        core = importlib.import_module("anyio._core._eventloop")
        found = Inside(
            backend=backend.AsyncIOBackend,
            task_states=backend._task_states,
            claim=core.claim_worker_thread,
            thread=core.threadlocals,
            set_library=core.set_current_async_library,
        )
        known = (
            "cancel_scope" in backend.TaskState.__slots__
            and isinstance(backend.CancelScope._effectively_cancelled, property)
            and len(inspect.signature(found.claim).parameters) == 2
            and "current_cancel_scope" in found.backend.check_cancelled.__func__.__code__.co_names
        )
    except (ImportError, AttributeError, TypeError, ValueError):
        return None
    return found if known else None
