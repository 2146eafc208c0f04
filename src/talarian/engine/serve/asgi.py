"""Handlers as ASGI applications: the exit stacks of a request, and what happens to its errors."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Protocol

from starlette._exception_handler import wrap_app_handling_exceptions
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from ..analyse.plan import CallPlan
from ..compile.stacked import SWALLOWED
from ..fields.field import ErrorList
from ..ground.errors import EndpointContext, TalarianError, WebSocketRequestValidationError
from ..ground.observe import watching
from .handler import Handler, OverridesProvider
from .stacks import FILES_STACK, FunctionStack, RequestStack, open_exchange
from .steps import solve_arguments


def request_response(handler: Handler) -> ASGIApp:
    """Serve HTTP with a function from request to response.

    Dependencies with `yield` end in the order that the two stacks give: those of scope
    "function" before the response is sent, the others after it. Exception handlers run after
    both, so that a dependency sees the endpoint's exception before a handler turns it into an
    answer.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            sent = False
            async with RequestStack(scope):
                response: Response | None = None
                async with FunctionStack(scope):
                    response = await handler(request)
                if response is None:
                    raise TalarianError(SWALLOWED)
                await response(scope, receive, send)
                sent = True
            if not sent:
                raise TalarianError(SWALLOWED)

        async with AsyncExitStack() as files:
            scope.setdefault(FILES_STACK, files)
            await wrap_app_handling_exceptions(answer, request)(scope, receive, send)

    return app


WebSocketHandler = Callable[[WebSocket], Awaitable[None]]


class PlannedWebSocket(Protocol):
    """Whatever serves a WebSocket by a Plan, which third parties may have changed."""

    @property
    def plan(self) -> CallPlan: ...


Solver = Callable[
    [PlannedWebSocket, OverridesProvider | None, WebSocket],
    Awaitable[tuple[dict[str, Any], ErrorList]],
]

solver: Solver | None = None
"""Finds the arguments of every WebSocket endpoint instead of the engine: a third party's step."""


def make_websocket_handler(
    source: PlannedWebSocket, context: EndpointContext, provider: OverridesProvider | None = None
) -> WebSocketHandler:
    """Return the function that serves one endpoint's WebSockets.

    Raises (the returned function):
        WebSocketRequestValidationError: When the handshake does not fit the declaration.
    """

    async def session(websocket: WebSocket) -> None:
        observer = watching.get()
        observer.connected(websocket)
        plan = source.plan
        if solver is not None:
            values, errors = await solver(source, provider, websocket)
        else:
            values, errors = await solve_arguments(plan, open_exchange(websocket, provider))
        if errors:
            refusal = WebSocketRequestValidationError(
                errors, endpoint_ctx=_located(context, plan, websocket)
            )
            observer.refused(refusal)
            raise refusal
        with observer.operation("endpoint", plan.call):
            await plan.call(**values)

    return session


def websocket_session(handler: WebSocketHandler) -> ASGIApp:
    """Serve WebSockets with a function of the connection."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        websocket = WebSocket(scope, receive=receive, send=send)

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            async with RequestStack(scope), FunctionStack(scope):
                await handler(websocket)

        await wrap_app_handling_exceptions(answer, websocket)(scope, receive, send)

    return app


def _located(context: EndpointContext, plan: CallPlan, websocket: Any) -> EndpointContext:
    root_path = websocket.scope.get("root_path", "").rstrip("/")
    return {**context, "path": f"WS {root_path}{plan.path}"}
