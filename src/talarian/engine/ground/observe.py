"""Watching requests: what the engine tells whoever observes it, and how one gets to observe.

The engine knows no observer by name. Telemetry is one; without one nothing is recorded.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Literal, Protocol

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from .errors import ValidationException

Operation = Literal["dependencies", "endpoint", "serialization", "background_task"]


class Observer(Protocol):
    """What watches one request or WebSocket connection for as long as it is served."""

    def routed(self, scope: Scope, route: Any) -> None:
        """`route` was chosen; called again by every application that is mounted below it."""

    def connected(self, connection: HTTPConnection) -> None:
        """The route's handler starts."""

    def received(self, body: Any) -> None:
        """The body was read and parsed; `None` stands for no body too."""

    def solved(self, values: dict[str, Any], errors: Sequence[Any]) -> None:
        """Dependencies have run, and these are the endpoint's arguments."""

    def refused(self, error: ValidationException) -> None:
        """The request does not fit the declaration: `error` is about to be raised."""

    def operation(
        self, name: Operation, function: Callable[..., Any]
    ) -> AbstractContextManager[None]:
        """Return what is entered around one step, in the thread that takes it.

        `function` is the endpoint that the step is taken for, or the background task.
        """
        ...


class _Nobody:
    """The observer of everything that nobody observes."""

    def routed(self, scope: Scope, route: Any) -> None:
        pass

    def connected(self, connection: HTTPConnection) -> None:
        pass

    def received(self, body: Any) -> None:
        pass

    def solved(self, values: dict[str, Any], errors: Sequence[Any]) -> None:
        pass

    def refused(self, error: ValidationException) -> None:
        pass

    def operation(
        self, name: Operation, function: Callable[..., Any]
    ) -> AbstractContextManager[None]:
        return _NO_OPERATION


_NO_OPERATION = nullcontext()

NOBODY: Observer = _Nobody()

watching: ContextVar[Observer] = ContextVar("talarian_observer", default=NOBODY)
"""Who observes the request that is being served here."""


class ApplicationObserver(Protocol):
    """What watches one application; it decides for every connection whether to observe it."""

    @property
    def settings(self) -> Any:
        """What it was configured with."""
        ...

    def active(self) -> bool:
        """Whether anything would be recorded of a request that came now."""
        ...

    async def serve(
        self, app: Any, inner: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Serve a connection with `inner`, the whole of the application `app`."""

    @property
    def middleware(self) -> Callable[[ASGIApp], ASGIApp]:
        """A class of middleware; one step after it, unhandled exceptions become a 500."""
        ...


application_observer: Callable[[Any], ApplicationObserver | None] | None = None
"""Makes the observer of an application from its `telemetry` argument; `None` observes nothing."""
