"""What is opened around a request, and how dependencies find it.

The first two names are FastAPI's: third parties that solve dependencies themselves look for the
stacks in the ASGI scope.
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from anyio import CancelScope
from starlette.requests import Request
from starlette.types import Scope
from starlette.websockets import WebSocket

from ..compile.interpret import Exchange
from ..ground.sentinels import UNSET

REQUEST_STACK = "fastapi_inner_astack"
"""Closed after the response was sent and its background tasks have run."""

FUNCTION_STACK = "fastapi_function_astack"
"""Closed when the endpoint has returned, before the response is sent."""

CLEANUP_SCOPE = "talarian_cleanup_scope"
"""The cancel scope around both: shielded while a dependency cleans up."""

FILES_STACK = "fastapi_middleware_astack"
"""Closed last, when exception handlers have run: uploaded files."""


@asynccontextmanager
async def request_stack(scope: Scope) -> AsyncGenerator[None, None]:
    """Open what lives until the response was sent."""
    with CancelScope() as cleanup:
        scope[CLEANUP_SCOPE] = cleanup
        async with AsyncExitStack() as stack:
            scope[REQUEST_STACK] = stack
            yield


@asynccontextmanager
async def function_stack(scope: Scope) -> AsyncGenerator[None, None]:
    """Open what lives until the endpoint has returned."""
    async with AsyncExitStack() as stack:
        scope[FUNCTION_STACK] = stack
        yield


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
