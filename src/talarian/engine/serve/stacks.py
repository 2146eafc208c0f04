"""What is opened around a request, and how dependencies find it.

The first two names are FastAPI's: third parties that solve dependencies themselves look for the
stacks in the ASGI scope.
"""

from contextlib import AsyncExitStack
from typing import Any

from anyio import CancelScope
from starlette.requests import Request
from starlette.types import Scope
from starlette.websockets import WebSocket

from ..compile.interpret import Exchange
from ..compile.stacked import Stack
from ..declare.depends import Scope as DependencyScope
from ..ground.concurrency import CleanupScope
from ..ground.sentinels import UNSET

REQUEST_STACK = "fastapi_inner_astack"
"""Closed after the response was sent and its background tasks have run."""

FUNCTION_STACK = "fastapi_function_astack"
"""Closed when the endpoint has returned, before the response is sent."""

CLEANUP_SCOPE = "talarian_cleanup_scope"
"""Around both: keeps cancellation away while a dependency cleans up."""

FILES_STACK = "fastapi_middleware_astack"
"""Closed last, when exception handlers have run: uploaded files."""

STACK_OF: dict[DependencyScope, str] = {"function": FUNCTION_STACK, "request": REQUEST_STACK}
"""Where dependencies of a scope are."""

_STACKS = (FUNCTION_STACK, REQUEST_STACK, FILES_STACK)


class RequestStack(Stack):
    """What lives until the response was sent; `async with` puts it into the ASGI scope."""

    def __init__(self, scope: Scope, cleanup: CancelScope | None = None) -> None:
        super().__init__()
        self._cleanup = scope[CLEANUP_SCOPE] = CleanupScope(cleanup)
        scope[REQUEST_STACK] = self

    async def __aexit__(self, *exc_info: Any) -> bool | None:
        with self._cleanup:
            return await super().__aexit__(*exc_info)


class FunctionStack(Stack):
    """What lives until the endpoint has returned; `async with` puts it into the ASGI scope."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        scope[FUNCTION_STACK] = self


class ScopeWithStacks(dict[str, Any]):
    """An ASGI scope that has the stacks as soon as somebody looks for one of them.

    Hardly anybody does: third parties that solve dependencies themselves. Whoever serves the
    request closes what was made.
    """

    def __init__(self, values: Scope) -> None:
        super().__init__(values)
        self.made: dict[str, Stack] = {}
        """Those that somebody looked for and nobody has closed yet."""

    def __missing__(self, key: str) -> AsyncExitStack:
        if key not in _STACKS:
            raise KeyError(key)
        stack = self[key] = self.made[key] = Stack()
        return stack


def open_exchange(
    connection: Request | WebSocket, provider: Any, body: Any = UNSET, embed: bool = False
) -> Exchange:
    """Begin to answer a request whose stacks are open.

    Args:
        connection: The request or WebSocket.
        provider: Who has the `dependency_overrides`: the application, or `None`.
        body: The parsed body.
        embed: Each body field is a key of the body.
    """
    scope = connection.scope
    return Exchange(
        connection=connection,
        request_stack=scope[REQUEST_STACK],
        function_stack=scope[FUNCTION_STACK],
        cleanup=scope[CLEANUP_SCOPE],
        body=body,
        embed=embed,
        overrides=getattr(provider, "dependency_overrides", None),
    )
