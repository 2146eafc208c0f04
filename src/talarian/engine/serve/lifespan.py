"""What runs before the first and after the last request."""

import inspect
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from typing import Any

from ..ground.concurrency import contextmanager_in_threadpool

LifespanContext = Callable[[Any], AbstractAsyncContextManager[Any]]
"""Takes the application; what it yields, a mapping or `None`, becomes the state of requests."""


def as_context(lifespan: Any) -> LifespanContext:
    """Accept a plain generator function where a context manager function is asked for."""
    if inspect.isasyncgenfunction(lifespan):
        return asynccontextmanager(lifespan)
    if inspect.isgeneratorfunction(lifespan):
        blocking = contextmanager(lifespan)
        return lambda app: contextmanager_in_threadpool(blocking(app))
    context: LifespanContext = lifespan
    return context


def merged(outer: LifespanContext, inner: LifespanContext) -> LifespanContext:
    """Run `inner` inside `outer`; where both give the same state, the outer one's is kept."""

    @asynccontextmanager
    async def both(app: Any) -> AsyncGenerator[Mapping[str, Any] | None, None]:
        async with outer(app) as outer_state, inner(app) as inner_state:
            if outer_state is None and inner_state is None:
                yield None
            else:
                yield {**(inner_state or {}), **(outer_state or {})}

    return both


async def run_all(handlers: Iterable[Callable[[], Any]]) -> None:
    """Run start-up or shutdown handlers, one after the other."""
    for handler in handlers:
        result = handler()
        if inspect.isawaitable(result):
            await result
