"""What happens while a request is served, in its order."""

from contextvars import ContextVar
from typing import Any

import anyio
from starlette.background import BackgroundTask

SEEN: ContextVar[tuple[str, ...]] = ContextVar("SEEN")
"""Who has set it so far, as far as the one who looks can see."""


class Log:
    """One for the whole process; a client clears it before it asks."""

    def __init__(self) -> None:
        self.events: list[tuple[Any, ...]] = []

    def note(self, *event: Any) -> None:
        self.events.append(event)


log = Log()


def mark(name: str) -> None:
    """Leave a name in the context."""
    SEEN.set((*SEEN.get(()), name))


class Handled(Exception):
    """An exception that the application has a handler for."""


def note_background(name: str) -> BackgroundTask:
    async def task() -> None:
        await anyio.sleep(0)
        log.note("background", name, SEEN.get(()))

    return BackgroundTask(task)
