"""One request while a compiled endpoint answers it."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from anyio import CancelScope
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import Request
from starlette.responses import Response

from ..analyse.plan import CallPlan
from ..declare.depends import Scope
from ..ground.background import BackgroundTasks
from ..ground.threads import run_in_worker
from .stacked import Stack

T = TypeVar("T")

Answer = bytes | Response
"""JSON text, to be sent with the endpoint's own status; or a whole response."""

Solved = Mapping[CallPlan, Any]
"""Dependencies that have run already, and what they gave."""


class Collecting:
    """What the dependencies of one request share to say something about its response."""

    background: StarletteBackgroundTasks | None = None
    """Tasks to run after the response."""
    response: Response | None = None
    """Status, headers and cookies for the response, once a dependency has asked for it."""
    begun: bool = False
    """Whether blocking code of this request ran before: it may hold what others wait for."""

    def collector(self) -> Response:
        """The response that collects status, headers and cookies; at first it says nothing."""
        if self.response is None:
            self.response = Response()
            del self.response.headers["content-length"]
            self.response.status_code = None  # type: ignore[assignment]
        return self.response

    def tasks(self) -> StarletteBackgroundTasks:
        """The background tasks of this request."""
        if self.background is None:
            self.background = BackgroundTasks()
        return self.background

    def in_worker(self, call: Callable[..., T], /, *arguments: Any, **named: Any) -> Awaitable[T]:
        """Run blocking code of this request in a worker thread."""
        begun, self.begun = self.begun, True
        return run_in_worker(begun, call, *arguments, **named)


class Turn(Collecting, ABC):
    """What a front end hands to a compiled endpoint, and takes back from it.

    The front end knows where the request came from and how the answer leaves; the endpoint does
    not. What the endpoint's Plan does not ask for is not made.
    """

    method: str
    root_path: str
    path_params: dict[str, Any]
    """Values of the path's parameters, convertors applied."""
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    """As they came, names in lower case."""
    body: bytes = b""
    """All of it, if the endpoint reads one."""

    @property
    def is_overridden(self) -> bool:
        """Whether a dependency that this endpoint has was given an override."""
        return False

    @property
    def authorization(self) -> str | None:
        """The header of that name."""
        for name, value in self.headers:
            if name == b"authorization":
                return value.decode("latin-1")
        return None

    @property
    @abstractmethod
    def request(self) -> Request:
        """The request as users see it: one object, made when it is first asked for."""

    @abstractmethod
    def cleanup(self, generators: int) -> AbstractContextManager[CancelScope | None]:
        """Open the scope that keeps cancellation away from the clean-up of dependencies.

        It gives `None` where nothing could cancel the clean-up of that many dependencies.
        """

    @abstractmethod
    def stack(self, scope: Scope) -> Stack | None:
        """The stack that users see of a scope; `None` if nobody has looked for it so far."""

    @abstractmethod
    async def send(self, answer: Answer | None) -> None:
        """Send the answer now, while dependencies are open; then run its background tasks."""

    @abstractmethod
    async def resume(self, solved: Solved, *, inside: bool = False) -> Response | None:
        """Have the Plan interpreted from here: something did not fit, or only the interpreter
        can say whether it does.

        Args:
            solved: Dependencies that have run.
            inside: Dependencies of scope "function" are open; they end before the answer is sent.

        Returns:
            `None` if a dependency that the interpreter opened has swallowed an exception, and
            those that are open have nothing to do with it.

        Raises:
            RequestValidationError: When the request does not fit the declaration.
        """
