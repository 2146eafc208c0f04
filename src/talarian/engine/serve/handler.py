"""A Plan as a function from request to response."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..analyse.plan import BodyPlan, Plan
from ..compile.finish import context as located
from ..compile.readers import is_json_type
from ..compile.turn import Solved, Turn
from ..ground.errors import EndpointContext, HTTPException, RequestValidationError
from ..ground.observe import watching
from ..ground.sentinels import UNSET
from .limits import body_limit_error
from .scope import FORM_LIMITS, routing_state
from .stacks import FILES_STACK, open_exchange
from .steps import call_endpoint, make_response, solve_arguments
from .streams import stream_response

Handler = Callable[[Request], Awaitable[Response]]
OverridesProvider = Any
"""Anything with `dependency_overrides`: the application."""


class Planned(Protocol):
    """Whatever is served by a Plan. A route that third parties have changed has another one."""

    @property
    def plan(self) -> Plan: ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A Plan that nobody can change."""

    plan: Plan


Takeover = Callable[[Planned, OverridesProvider | None, Request], Awaitable[Response]]

takeover: Takeover | None = None
"""Answers every request instead of the engine: the steps of an answer are then third parties'."""


def make_handler(source: Planned, provider: OverridesProvider | None = None) -> Handler:
    """Return the function that answers one endpoint's requests.

    `source` is asked for its Plan at each request.

    Raises (the returned function):
        RequestValidationError: When the request does not fit the declaration.
        ResponseValidationError: When the result does not fit the response model.
        HTTPException: 400 when the body cannot be parsed, 413 when it is too large.
    """

    async def handle(request: Request) -> Response:
        observer = watching.get()
        observer.connected(request)
        if takeover is not None:
            return await takeover(source, provider, request)
        return await interpret(source.plan, provider, request)

    return handle


async def interpret(
    plan: Plan,
    provider: OverridesProvider | None,
    request: Request,
    turn: Turn | None = None,
    solved: Solved | None = None,
) -> Response:
    """Answer a request step by step; its stacks are open.

    Args:
        plan: The endpoint.
        provider: Who has the `dependency_overrides`.
        request: The request.
        turn: What the compiled form has begun, if it hands over.
        solved: What it has found out until then.
    """
    observer = watching.get()
    root, response_plan = plan.root, plan.response
    body = await read_request_body(plan, request)
    observer.received(None if body is UNSET else body)
    embed = plan.body is not None and plan.body.embed
    exchange = open_exchange(request, provider, body, embed)
    if turn is not None:
        exchange.begun, exchange.solved = turn.begun, solved or {}
        exchange.background, exchange.response = turn.background, turn.response
        for call, value in exchange.solved.items():
            exchange.cache.setdefault(call.cache_key, value)
    values, errors = await solve_arguments(root, exchange)
    context = located_context(plan, request)
    if errors:
        refusal = RequestValidationError(
            errors, body=None if body is UNSET else body, endpoint_ctx=context
        )
        observer.refused(refusal)
        raise refusal
    if response_plan.stream is not None:
        return await stream_response(plan, exchange, values, context)
    result = await call_endpoint(root, values, exchange)
    return await make_response(response_plan, root, exchange, result, context)


def located_context(plan: Plan, request: Request) -> EndpointContext:
    """Where the endpoint is written and by which path it was reached."""
    return located(plan, request.method, request.scope.get("root_path", ""))


async def read_request_body(plan: Plan, request: Request) -> Any:
    """Read and parse the body, if the endpoint asks for one.

    Returns:
        Form data, parsed JSON, the bytes of another media type, or `UNSET` without a body.
    """
    if plan.body is None:
        return UNSET
    try:
        if plan.body.form:
            return await _read_form(plan, request)
        return await _read_content(plan.body, request, plan.strict_content_type)
    except json.JSONDecodeError as error:
        refusal = RequestValidationError(
            [
                {
                    "type": "json_invalid",
                    "loc": ("body", error.pos),
                    "msg": "JSON decode error",
                    "input": {},
                    "ctx": {"error": error.msg},
                }
            ],
            body=error.doc,
            endpoint_ctx=located_context(plan, request),
        )
        watching.get().refused(refusal)
        raise refusal from error
    except StarletteHTTPException:
        raise
    except Exception as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> Exception:
    """The answer to a body that could not be read: 413 or 400."""
    too_large = body_limit_error(error)
    if too_large is not None:
        return too_large
    return HTTPException(status_code=400, detail="There was an error parsing the body")


async def _read_form(plan: Plan, request: Request) -> Any:
    inherited = routing_state(request.scope).get(FORM_LIMITS, {})
    limits: dict[str, Any] = {**inherited, **plan.form_limits}
    form = await request.form(**limits)
    files: AsyncExitStack = request.scope[FILES_STACK]
    files.push_async_callback(form.close)
    return form


async def _read_content(body: BodyPlan, request: Request, strict: bool) -> Any:
    content = await request.body()
    if not content:
        return UNSET
    declared = request.headers.get("content-type", "")
    return json.loads(content) if is_json_type(declared, strict) else content
