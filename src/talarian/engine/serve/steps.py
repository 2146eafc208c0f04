"""The steps of answering, each told to whoever observes the request."""

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from ..analyse.plan import CallPlan, ResponsePlan
from ..compile.interpret import Exchange, solve
from ..compile.respond import respond
from ..fields.field import ErrorList
from ..ground.callables import CallKind
from ..ground.errors import EndpointContext
from ..ground.observe import Observer, watching


async def solve_arguments(plan: CallPlan, exchange: Exchange) -> tuple[dict[str, Any], ErrorList]:
    """Run the dependencies: the endpoint's arguments, and every validation error on the way."""
    observer = watching.get()
    with observer.operation("dependencies", plan.call):
        values, errors = await solve(plan, exchange)
    observer.solved(values, errors)
    return values, errors


async def call_endpoint(plan: CallPlan, values: dict[str, Any], exchange: Exchange) -> Any:
    """Call an endpoint that returns: a coroutine function here, any other in a worker thread."""
    observer = watching.get()
    if plan.kind is CallKind.ASYNC:
        with observer.operation("endpoint", plan.call):
            return await plan.call(**values)
    return await exchange.in_worker(_call, observer, plan.call, values)


def _call(observer: Observer, endpoint: Callable[..., Any], values: dict[str, Any]) -> Any:
    with observer.operation("endpoint", endpoint):
        return endpoint(**values)


async def make_response(
    plan: ResponsePlan, root: CallPlan, exchange: Exchange, result: Any, context: EndpointContext
) -> Response:
    """Turn what the endpoint returned into a response."""
    if isinstance(result, Response):
        return await respond(plan, root.kind, exchange, result, context)
    with watching.get().operation("serialization", root.call):
        return await respond(plan, root.kind, exchange, result, context)
