"""Run a Plan plainly: one dependency after the other, one field after the other.

It is the reference for every faster way of running a Plan, and the way for endpoints that cannot
be compiled.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from ..analyse.calls import override_call
from ..analyse.plan import CacheKey, CallPlan, Injection
from ..declare.security import SecurityScopes
from ..fields.field import ErrorList
from ..ground.callables import AnyCallable, CallKind
from ..ground.concurrency import CleanupScope, contextmanager_in_threadpool, shielded_exit
from ..ground.sentinels import UNSET
from .body import read_body
from .params import read_params
from .turn import Collecting, Solved

Overrides = Mapping[AnyCallable, AnyCallable]


@dataclass
class Exchange(Collecting):
    """One request while it is being answered: what its dependencies share.

    Args:
        connection: The request or WebSocket.
        body: The parsed body: JSON data, form data, bytes, or `UNSET` if there was none.
        embed: Each body field is a key of the body.
        request_stack: Closed after the response was sent.
        function_stack: Closed when the endpoint has returned.
        cleanup: Around both: keeps cancellation away while a dependency cleans up.
        overrides: The application's `dependency_overrides`, as they are now.
        background: Tasks to run after the response.
        response: What dependencies set of the response, once one has asked for it.
        cache: Results of dependencies, by their cache key.
        solved: Results of dependencies that have run before the interpreter took over.
    """

    connection: Request | WebSocket
    request_stack: AsyncExitStack
    function_stack: AsyncExitStack
    cleanup: CleanupScope = field(default_factory=CleanupScope)
    body: Any = UNSET
    embed: bool = False
    overrides: Overrides | None = None
    background: StarletteBackgroundTasks | None = None
    response: Response | None = None
    cache: dict[CacheKey, Any] = field(default_factory=dict)
    solved: Solved = field(default_factory=dict)


async def solve(plan: CallPlan, exchange: Exchange) -> tuple[dict[str, Any], ErrorList]:
    """Return the arguments for `plan.call`, and every validation error on the way.

    Dependencies run first, in the order they were declared; one whose own arguments are wrong is
    not called, and neither is what depends on it.
    """
    values: dict[str, Any] = {}
    errors: ErrorList = []
    for dependency in plan.dependencies:
        if dependency in exchange.solved:
            solved = exchange.solved[dependency]
        else:
            used = _overridden(dependency, exchange.overrides)
            sub_values, sub_errors = await solve(used, exchange)
            if sub_errors:
                errors += sub_errors
                continue
            if dependency.use_cache and dependency.cache_key in exchange.cache:
                solved = exchange.cache[dependency.cache_key]
            else:
                solved = await _call(used, sub_values, exchange)
        if dependency.name is not None:
            values[dependency.name] = solved
        exchange.cache.setdefault(dependency.cache_key, solved)
    await _bind(plan, exchange, values, errors)
    return values, errors


def _overridden(dependency: CallPlan, overrides: Overrides | None) -> CallPlan:
    if not overrides:
        return dependency
    replacement = overrides.get(dependency.call, dependency.call)
    if replacement is dependency.call:
        return dependency
    return override_call(dependency, replacement)


async def _bind(
    plan: CallPlan, exchange: Exchange, values: dict[str, Any], errors: ErrorList
) -> None:
    """Fill in the values that come from the request itself."""
    connection = exchange.connection
    for fields, source, place in (
        (plan.path_params, "path_params", "path"),
        (plan.query_params, "query_params", "query"),
        (plan.header_params, "headers", "header"),
        (plan.cookie_params, "cookies", "cookie"),
    ):
        if fields:  # the request parses each place when it is first looked at
            found, wrong = read_params(fields, getattr(connection, source), place)
            values.update(found)
            errors += wrong
    if plan.body_params:
        found, wrong = await read_body(plan.body_params, exchange.body, exchange.embed)
        values.update(found)
        errors += wrong
    for name, injection in plan.injections:
        values[name] = _injected(injection, plan, exchange)


def _injected(injection: Injection, plan: CallPlan, exchange: Exchange) -> Any:
    connection: HTTPConnection = exchange.connection
    match injection:
        case Injection.CONNECTION:
            return connection
        case Injection.REQUEST:
            return connection if isinstance(connection, Request) else None
        case Injection.WEBSOCKET:
            return connection if isinstance(connection, WebSocket) else None
        case Injection.RESPONSE:
            return exchange.collector()
        case Injection.SCOPES:
            return SecurityScopes(scopes=list(plan.security_scopes))
        case Injection.BACKGROUND:
            return exchange.tasks()


async def _call(plan: CallPlan, values: dict[str, Any], exchange: Exchange) -> Any:
    """Run a dependency; one that yields stays open on the stack of its scope."""
    if plan.kind.is_generator:
        function = plan.scope == "function"
        stack = exchange.function_stack if function else exchange.request_stack
        if plan.concurrency is not None:
            await stack.enter_async_context(plan.concurrency.get_semaphore())
        return await stack.enter_async_context(_opened(plan, values, exchange))
    if plan.concurrency is None:
        return await run(plan, values, exchange)
    async with plan.concurrency.get_semaphore():
        return await run(plan, values, exchange)


def _opened(plan: CallPlan, values: dict[str, Any], exchange: Exchange) -> Any:
    if plan.kind is CallKind.SYNC_GENERATOR:
        return contextmanager_in_threadpool(contextmanager(plan.call)(**values), exchange.in_worker)
    return shielded_exit(asynccontextmanager(plan.call)(**values), exchange.cleanup.opened())


async def run(plan: CallPlan, values: dict[str, Any], exchange: Exchange) -> Any:
    """Call what does not yield: a coroutine function here, anything else in a worker thread."""
    if plan.kind is CallKind.ASYNC:
        return await plan.call(**values)
    return await exchange.in_worker(plan.call, **values)
