"""A compiled endpoint's turn at a request, whichever front end it came through."""

import sys
from abc import abstractmethod
from collections.abc import Awaitable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack
from typing import Any, Protocol

from anyio import CancelScope
from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.datastructures import Headers
from starlette.middleware.base import _CachedRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from ..compile.build import Compiled
from ..compile.stacked import SWALLOWED, Stack
from ..compile.turn import Answer, Solved, Turn
from ..declare.depends import Scope as DependencyScope
from ..ground.errors import TalarianError
from .handler import OverridesProvider, Planned, interpret
from .held import HeldResponse, RawHeaders
from .stacks import FILES_STACK, FunctionStack, RequestStack


class ServedEndpoint(Protocol):
    """What has its turn: something with a Plan, under somebody's `dependency_overrides`."""

    @property
    def source(self) -> Planned: ...

    @property
    def provider(self) -> OverridesProvider | None: ...


class Outlet(Protocol):
    """What an answer has to pass before it is sent."""

    async def write(self, turn: "ServedTurn", answer: Answer) -> None: ...


class ServedTurn(Turn):
    """What all front ends have in common: handing over to the interpreter, and sending.

    Attributes:
        endpoint: Whose turn it is.
        compiled: Its compiled form.
    """

    endpoint: ServedEndpoint
    compiled: Compiled
    sent: bool = False
    """Whether the answer is sent and its background tasks have run."""
    started: bool = False
    """Whether the response has begun: an exception can then no longer be answered."""
    has_read: bool = False
    """Whether `body` is what came."""
    has_scope: bool = True
    """Whether there is an ASGI scope, which somebody may have changed."""
    outlet: Outlet | None = None
    _request: Request | None = None
    _cleanup: CancelScope | None = None
    """The scope that the compiled form has opened for the clean-up of dependencies."""
    _stacks: dict[DependencyScope, Stack] | None = None
    """What is in the scope for those who see the request."""
    _came_with: RawHeaders | None = None
    _late: RequestStack | None = None
    """What the interpreter opened and left open until the response is sent."""

    @property
    def is_overridden(self) -> bool:
        return is_overridden(self.endpoint.provider, self.compiled)

    @property
    @abstractmethod
    def scope(self) -> Scope:
        """The ASGI scope of this request."""

    @abstractmethod
    async def receive(self) -> Message:
        """The request's next ASGI message."""

    @abstractmethod
    async def send_message(self, message: Message) -> None:
        """Send an ASGI message."""

    @abstractmethod
    async def put(self, answer: Answer) -> None:
        """Send an answer whole; then run its background tasks."""

    def write_held(self, response: HeldResponse) -> bool:
        """Send a response that middleware has seen, if that can be done at once."""
        return False

    @abstractmethod
    def put_held(self, response: HeldResponse) -> Awaitable[None]:
        """Send a response that middleware has seen."""

    @property
    @abstractmethod
    def path(self) -> str:
        """The path of the request, without percent-encoding."""

    def write(self, answer: Answer) -> Awaitable[None]:
        """Send an answer whole, through what it has to pass; then run its background tasks."""
        outlet = self.outlet
        return self.put(answer) if outlet is None else outlet.write(self, answer)

    def look_again(self) -> None:
        """Take over what middleware may have changed in the ASGI scope."""
        scope = self.scope
        if self._came_with is None:
            self._came_with = self.headers
        self.headers, self.query_string = scope["headers"], scope["query_string"]
        found = self.path_params
        if scope.get("path_params") != found:
            # Elsewhere the route is found after that: its own values are what counts.
            self.path_params = scope["path_params"] = {**scope.get("path_params", {}), **found}

    @property
    def first_headers(self) -> RawHeaders:
        """The request's headers as they came."""
        return self.headers if self._came_with is None else self._came_with

    def cached_request(self) -> _CachedRequest:
        """The request for a `BaseHTTPMiddleware`."""
        return _CachedRequest(self.scope, self.receive, self.send_message)

    @property
    def request(self) -> Request:
        if self._request is None:
            self._request = Request(self.scope, self.receive, self.send_message)
            # What users put into these from now on counts, also for what reads them here.
            self._request._headers = Headers(raw=self.headers)
            if self.has_read:
                self._request._body = self.body
        return self._request

    def cleanup(self, generators: int) -> AbstractContextManager[CancelScope | None]:
        self._cleanup = CancelScope()
        return self._cleanup

    def stack(self, scope: DependencyScope) -> Stack | None:
        return None if self._stacks is None else self._stacks[scope]

    @property
    def is_open(self) -> bool:
        """Whether the interpreter has left something open until the response is sent."""
        return self._late is not None

    async def run(self) -> None:
        """Answer the request. Exceptions of the endpoint come out."""
        try:
            if self.compiled.hands_out_request:
                await self._run_with_stacks()
                if not self.sent:
                    raise TalarianError(SWALLOWED)
                return
            answer = await self.compiled.answer(self)
            if type(answer) is bytes and self._late is None:
                await self.write(answer)
            else:
                await self.finish(answer)
        except BaseException:
            await self.close_late()
            raise

    async def end(self, answer: Answer | None) -> None:
        """Go on from what the compiled form has returned, as `run` does."""
        try:
            await self.finish(answer)
        except BaseException:
            await self.close_late()
            raise

    async def _run_with_stacks(self) -> None:
        """Answer a request that users see: its scope has the stacks that FastAPI's has."""
        answer: Answer | None = None
        async with AsyncExitStack() as files:
            self.scope.setdefault(FILES_STACK, files)
            async with RequestStack(self.scope) as request_stack:
                async with FunctionStack(self.scope) as function_stack:
                    self._stacks = {"request": request_stack, "function": function_stack}
                    answer = await self.compiled.answer(self)
                if answer is not None:
                    await self.send(answer)

    async def finish(self, answer: Answer | None) -> None:
        """Send what the compiled form has returned, if it has not sent it itself.

        Raises:
            TalarianError: When there is nothing: a dependency has swallowed an exception.
        """
        if answer is not None:
            await self.send(answer)
        if not self.sent:
            raise TalarianError(SWALLOWED)

    async def send(self, answer: Answer | None) -> None:
        if answer is None:  # it is sent already, or something has swallowed why there is none
            return
        pushed = self.stack("function")
        if pushed is not None:  # what is on it ends before the response is sent
            await pushed.aclose()
        if self._late is None:
            await self.write(answer)
            self.sent = True
            return
        late, self._late = self._late, None
        async with late:
            await self.write(answer)
            self.sent = True

    async def resume(self, solved: Solved, *, inside: bool = False) -> Response | None:
        scope, request = self.scope, self.request
        plan, provider = self.endpoint.source.plan, self.endpoint.provider
        late = RequestStack(scope, self._cleanup)
        try:
            response: Response | None = None
            async with FunctionStack(scope):
                response = await interpret(plan, provider, request, self, solved)
            if response is None and not inside:
                raise TalarianError(SWALLOWED)
        except BaseException:
            if not await late.__aexit__(*sys.exc_info()):
                raise
            return None
        self._late = late
        return response

    async def close_late(self) -> None:
        """Close what the interpreter has left open, if an exception came before the response."""
        late, self._late = self._late, None
        if late is not None:
            await late.__aexit__(*sys.exc_info())


def is_overridden(provider: OverridesProvider | None, compiled: Compiled) -> bool:
    """Whether a dependency of an endpoint has an override now."""
    overrides: Mapping[Any, Any] | None = getattr(provider, "dependency_overrides", None)
    return not compiled.overridable.isdisjoint(overrides or ())


class Raised:
    """Raises again what a compiled endpoint raised, in the place where handlers expect it."""

    def __init__(self, turn: ServedTurn, error: Exception) -> None:
        self._turn = turn
        self._error = error

    @property
    def request_headers(self) -> RawHeaders:
        """As they came."""
        return self._turn.first_headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await wrap_app_handling_exceptions(self.again, self._turn.request)(scope, receive, send)

    async def again(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._turn.started:
            # Whoever counts on it has to know; to the client it was sent long ago.
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise self._error

    def outlet(self, send: Send) -> Send:
        """Where an answer to the exception goes: nowhere, if another one has begun."""
        return _nowhere if self._turn.started else send


async def _nowhere(message: Any) -> None:
    pass
