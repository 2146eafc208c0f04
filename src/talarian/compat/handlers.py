"""FastAPI's functions that make and are the steps of an answer, and what follows when one of them
is replaced.

While all of them are FastAPI's own, the engine answers by itself and none of this runs.
"""

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic.main import IncEx
from pydantic_core import PydanticUndefined
from starlette._utils import is_async_callable
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from ..engine.analyse.endpoint import endpoint_context
from ..engine.analyse.plan import CallPlan, Plan
from ..engine.app import revision, seams
from ..engine.compile.respond import (
    dump_options,
    is_json_text,
    make_response,
    respond,
    validate_result,
)
from ..engine.declare.limits import FormLimits
from ..engine.fields.encode import jsonable_encoder
from ..engine.ground.callables import CallKind
from ..engine.ground.errors import EndpointContext, RequestValidationError
from ..engine.ground.observe import watching
from ..engine.ground.sentinels import UNSET, Default, DefaultPlaceholder
from ..engine.serve import asgi, handler
from ..engine.serve.handler import Handler, located_context, make_handler, read_request_body
from ..engine.serve.stacks import REQUEST_STACK, open_exchange
from ..engine.serve.streams import stream_response
from .dependants import Dependant, freeze, thaw
from .dependencies import SolvedDependency, solve_dependencies
from .fields import ModelField, engine_field, model_field
from .plans import LoosePlan


def request_response(func: Callable[[Request], Any]) -> ASGIApp:
    """Serve HTTP with a function from request to response, which may be a plain one."""
    if is_async_callable(func):
        return asgi.request_response(func)

    async def threaded(request: Request) -> Any:
        return await run_in_threadpool(func, request)

    return asgi.request_response(threaded)


def get_request_handler(
    dependant: Dependant,
    body_field: ModelField | None = None,
    status_code: int | None = None,
    response_class: type[Response] | DefaultPlaceholder = Default(JSONResponse),
    response_field: ModelField | None = None,
    response_model_include: IncEx | None = None,
    response_model_exclude: IncEx | None = None,
    response_model_by_alias: bool = True,
    response_model_exclude_unset: bool = False,
    response_model_exclude_defaults: bool = False,
    response_model_exclude_none: bool = False,
    dependency_overrides_provider: Any | None = None,
    embed_body_fields: bool = False,
    strict_content_type: bool | DefaultPlaceholder = Default(True),
    stream_item_field: ModelField | None = None,
    is_json_stream: bool = False,
    form_limits: FormLimits | None = None,
) -> Handler:
    """Return the function that answers requests for a dependant, as it is at each request."""
    source = LoosePlan(
        dependant,
        body_field=engine_field(body_field),
        embed=embed_body_fields,
        status_code=status_code,
        response_class=response_class,
        response_field=engine_field(response_field),
        include=response_model_include,
        exclude=response_model_exclude,
        by_alias=response_model_by_alias,
        exclude_unset=response_model_exclude_unset,
        exclude_defaults=response_model_exclude_defaults,
        exclude_none=response_model_exclude_none,
        strict_content_type=strict_content_type,
        item_field=engine_field(stream_item_field),
        is_json_stream=is_json_stream,
        form_limits=form_limits,
    )
    return make_handler(source, dependency_overrides_provider)


def get_websocket_app(
    dependant: Dependant,
    dependency_overrides_provider: Any | None = None,
    embed_body_fields: bool = False,
) -> Callable[[WebSocket], Awaitable[None]]:
    """Return the function that serves a WebSocket for a dependant, as it is at each connection."""
    assert dependant.call is not None, "dependant.call must be a function"
    context = endpoint_context(dependant.call)
    source = _LiveSocket(dependant)
    return asgi.make_websocket_handler(source, context, dependency_overrides_provider)


class _LiveSocket:
    def __init__(self, dependant: Dependant) -> None:
        self.dependant = dependant

    @property
    def plan(self) -> Any:
        return freeze(self.dependant)


async def run_endpoint_function(
    *, dependant: Dependant, values: dict[str, Any], is_coroutine: bool
) -> Any:
    """Call the endpoint; what is no coroutine function runs in a worker thread."""
    assert dependant.call is not None, "dependant.call must be a function"
    if is_coroutine:
        return await dependant.call(**values)
    return await run_in_threadpool(dependant.call, **values)


async def serialize_response(
    *,
    field: ModelField | None = None,
    response_content: Any,
    include: IncEx | None = None,
    exclude: IncEx | None = None,
    by_alias: bool = True,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    is_coroutine: bool = True,
    endpoint_ctx: EndpointContext | None = None,
    dump_json: bool = False,
) -> Any:
    """Validate and filter what an endpoint returned; `dump_json` gives bytes instead of data.

    Raises:
        ResponseValidationError: When the content does not fit the field.
    """
    if field is None:
        return jsonable_encoder(response_content)
    kind = CallKind.ASYNC if is_coroutine else CallKind.SYNC
    value = await validate_result(
        field._field, kind, response_content, endpoint_ctx or EndpointContext()
    )
    return (field.serialize_json if dump_json else field.serialize)(
        value,
        include=include,
        exclude=exclude,
        by_alias=by_alias,
        exclude_unset=exclude_unset,
        exclude_defaults=exclude_defaults,
        exclude_none=exclude_none,
    )


STEPS: dict[str, Callable[..., Any]] = {
    "solve_dependencies": solve_dependencies,
    "run_endpoint_function": run_endpoint_function,
    "serialize_response": serialize_response,
}
"""FastAPI's own steps of an answer."""

_steps = dict(STEPS)


def set_step(name: str, function: Callable[..., Any]) -> None:
    """Have a step done by another function; with all of FastAPI's own, the engine takes over."""
    _steps[name] = function
    # By identity: the wrappers of instrumentation (wrapt's) claim to equal what they wrap.
    own_steps = all(_steps[name] is step for name, step in STEPS.items())
    handler.takeover = None if own_steps else _answer
    revision.served_otherwise()
    own_solver = _steps["solve_dependencies"] is solve_dependencies
    asgi.solver = None if own_solver else _solve_websocket


def set_request_handler(function: Callable[..., Any]) -> None:
    """Have the handlers of routes made by another function from now on."""
    if function is get_request_handler:
        seams.handler_factory = None
    else:
        seams.handler_factory = functools.partial(_made_by, function)


def _made_by(function: Callable[..., Handler], route: Any) -> Handler:
    return function(
        dependant=route.dependant,
        body_field=route.body_field,
        status_code=route.status_code,
        response_class=route.response_class,
        response_field=route.response_field,
        response_model_include=route.response_model_include,
        response_model_exclude=route.response_model_exclude,
        response_model_by_alias=route.response_model_by_alias,
        response_model_exclude_unset=route.response_model_exclude_unset,
        response_model_exclude_defaults=route.response_model_exclude_defaults,
        response_model_exclude_none=route.response_model_exclude_none,
        dependency_overrides_provider=route.dependency_overrides_provider,
        embed_body_fields=route._embed_body_fields,
        strict_content_type=route.strict_content_type,
        stream_item_field=route.stream_item_field,
        is_json_stream=route.is_json_stream,
        form_limits=route.form_limits,
    )


async def _solve_websocket(
    source: Any, provider: Any, websocket: WebSocket
) -> tuple[dict[str, Any], list[Any]]:
    """Find the arguments of a WebSocket endpoint by FastAPI's step, whoever does it by now."""
    plan: CallPlan = source.plan
    observer = watching.get()
    with observer.operation("dependencies", plan.call):
        solved: SolvedDependency = await _steps["solve_dependencies"](
            request=websocket,
            dependant=getattr(source, "dependant", None) or thaw(plan),
            dependency_overrides_provider=provider,
            async_exit_stack=websocket.scope[REQUEST_STACK],
            embed_body_fields=False,
        )
    observer.solved(solved.values, solved.errors)
    return solved.values, solved.errors


async def _answer(source: Any, provider: Any, request: Request) -> Response:
    """Answer a request by FastAPI's steps, whoever does each of them by now."""
    plan: Plan = source.plan
    dependant = getattr(source, "dependant", None) or thaw(plan.root)
    observer, endpoint = watching.get(), plan.root.call
    body = await read_request_body(plan, request)
    observer.received(None if body is UNSET else body)
    with observer.operation("dependencies", endpoint):
        solved: SolvedDependency = await _steps["solve_dependencies"](
            request=request,
            dependant=dependant,
            body=PydanticUndefined if body is UNSET else body,
            dependency_overrides_provider=provider,
            async_exit_stack=request.scope[REQUEST_STACK],
            embed_body_fields=plan.body is not None and plan.body.embed,
        )
    observer.solved(solved.values, solved.errors)
    context = located_context(plan, request)
    if solved.errors:
        refusal = RequestValidationError(
            solved.errors, body=None if body is UNSET else body, endpoint_ctx=context
        )
        observer.refused(refusal)
        raise refusal
    exchange = open_exchange(request, provider)
    exchange.background, exchange.response = solved.background_tasks, solved.response
    if plan.response.stream is not None:
        return await stream_response(plan, exchange, solved.values, context)
    coroutine = plan.root.kind is CallKind.ASYNC
    with observer.operation("endpoint", endpoint):
        result = await _steps["run_endpoint_function"](
            dependant=dependant, values=solved.values, is_coroutine=coroutine
        )
    if isinstance(result, Response):
        return await respond(plan.response, plan.root.kind, exchange, result, context)
    with observer.operation("serialization", endpoint):
        content = await _steps["serialize_response"](
            field=model_field(plan.response.field),
            response_content=result,
            is_coroutine=coroutine,
            endpoint_ctx=context,
            dump_json=is_json_text(plan.response),
            **dump_options(plan.response),
        )
    return make_response(plan.response, exchange, content)
