"""The smaller inner names of `fastapi.routing`."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from ..engine.app.tree import EffectiveStarletteRoute, IncludedRouter
from ..engine.serve import streams
from ..engine.serve.lifespan import as_context
from ..engine.serve.stacks import FILES_STACK
from .handlers import STEPS, set_request_handler, set_step
from .live import watch
from .views import show_views


def iter_included_route_candidates(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes of a tree: Starlette's own as they are moved, FastAPI's as they were declared."""
    for route in routes:
        if not isinstance(route, IncludedRouter):
            yield route
            continue
        for effective in route.effective_route_contexts():
            if isinstance(effective, EffectiveStarletteRoute):
                yield effective.starlette_route
            else:
                yield effective.original_route


def wrap_gen_lifespan_context(
    lifespan_context: Callable[[Any], Generator[Any, Any, Any]],
) -> Callable[[Any], AbstractAsyncContextManager[Any]]:
    """Make a lifespan of a plain generator function."""
    return as_context(lifespan_context)


class AsyncExitStackMiddleware:
    """Opens an exit stack around the application and leaves it in the ASGI scope."""

    def __init__(self, app: ASGIApp, context_name: str = FILES_STACK) -> None:
        self.app = app
        self.context_name = context_name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as stack:
            scope[self.context_name] = stack
            await self.app(scope, receive, send)


def install(module: str) -> None:
    """Show FastAPI's inner names: routes have views, and what replaces a function is honoured.

    `module` is the name of `fastapi.routing`.
    """
    show_views()

    def ping_interval(seconds: float) -> None:
        streams._PING_INTERVAL = seconds

    watch(
        module,
        {
            "get_request_handler": set_request_handler,
            "_PING_INTERVAL": ping_interval,
            **{name: _setter(name) for name in STEPS},
        },
    )


def _setter(name: str) -> Callable[[Any], None]:
    return lambda function: set_step(name, function)
