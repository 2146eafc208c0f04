"""From what an endpoint returned to the response."""

from typing import Any

from starlette.responses import Response

from ..analyse.plan import ResponsePlan
from ..analyse.responses import chosen_class, has_content
from ..fields.encode import jsonable_encoder
from ..fields.field import Field
from ..ground.callables import CallKind
from ..ground.concurrency import run_in_threadpool
from ..ground.errors import EndpointContext, ResponseValidationError
from ..ground.sentinels import DefaultPlaceholder
from .interpret import Exchange


async def respond(
    plan: ResponsePlan, kind: CallKind, exchange: Exchange, result: Any, context: EndpointContext
) -> Response:
    """Validate, filter and serialise `result`; a `Response` is sent as it is.

    Status, headers and cookies that dependencies set are added to a response made here, and are
    lost on one that the endpoint made, as in FastAPI.

    Raises:
        ResponseValidationError: When the result does not fit the response model.
    """
    if isinstance(result, Response):
        if result.background is None:
            result.background = exchange.background
        return result
    arguments = response_arguments(plan, exchange)
    response: Response
    if plan.field is not None:
        validated = await _validate(plan.field, kind, result, context)
        if isinstance(plan.response_class, DefaultPlaceholder):
            # Nobody chose a class, so nobody sees that the bytes come straight from pydantic.
            content = plan.field.serialize_json(validated, **dump_options(plan))
            response = Response(content, media_type="application/json", **arguments)
        else:
            data = plan.field.serialize(validated, **dump_options(plan))
            response = plan.response_class(data, **arguments)
    else:
        response = chosen_class(plan.response_class)(jsonable_encoder(result), **arguments)
    if not has_content(response.status_code):
        response.body = b""
    response.headers.raw.extend(exchange.response.headers.raw)
    return response


def response_arguments(plan: ResponsePlan, exchange: Exchange) -> dict[str, Any]:
    """Status and background tasks: what a dependency set goes before what was declared."""
    status = exchange.response.status_code or plan.status_code
    arguments: dict[str, Any] = {"background": exchange.background}
    if status is not None:
        arguments["status_code"] = status
    return arguments


def dump_options(plan: ResponsePlan) -> dict[str, Any]:
    """The `response_model_*` options as pydantic's serialisers take them."""
    return {
        "include": plan.include,
        "exclude": plan.exclude,
        "by_alias": plan.by_alias,
        "exclude_unset": plan.exclude_unset,
        "exclude_defaults": plan.exclude_defaults,
        "exclude_none": plan.exclude_none,
    }


async def _validate(field: Field, kind: CallKind, result: Any, context: EndpointContext) -> Any:
    # Validators of a plain function's result may block like the function itself: same thread.
    if kind is CallKind.ASYNC:
        value, errors = field.validate(result, ("response",))
    else:
        value, errors = await run_in_threadpool(field.validate, result, ("response",))
    if errors:
        raise ResponseValidationError(errors, body=result, endpoint_ctx=context)
    return value
