"""From what an endpoint returned to the response."""

from collections.abc import Awaitable, Callable
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
from .turn import Collecting


async def respond(
    plan: ResponsePlan, kind: CallKind, exchange: Collecting, result: Any, context: EndpointContext
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
    if plan.field is None:
        return make_response(plan, exchange, jsonable_encoder(result))
    validated = await validate_result(plan.field, kind, result, context, exchange.in_worker)
    dump = plan.field.serialize_json if is_json_text(plan) else plan.field.serialize
    return make_response(plan, exchange, dump(validated, **dump_options(plan)))


def is_json_text(plan: ResponsePlan) -> bool:
    """Whether the content comes straight from pydantic as JSON.

    It does when there is a model and nobody chose a response class that would see the data.
    """
    return plan.field is not None and isinstance(plan.response_class, DefaultPlaceholder)


def make_response(
    plan: ResponsePlan, exchange: Collecting, content: Any, *, is_text: bool = False
) -> Response:
    """Make the response of what was serialised: JSON text, or data for the response class.

    Without a model, too, the content may be text already: `is_text` says so.
    """
    arguments = response_arguments(plan, exchange)
    if is_text or is_json_text(plan):
        response = Response(content, media_type="application/json", **arguments)
    else:
        response = chosen_class(plan.response_class)(content, **arguments)
    if not has_content(response.status_code):
        response.body = b""
    add_collected(response, exchange)
    return response


def add_collected(response: Response, exchange: Collecting) -> None:
    """Add the headers and cookies that dependencies set."""
    if exchange.response is not None:
        response.headers.raw.extend(exchange.response.headers.raw)


def response_arguments(plan: ResponsePlan, exchange: Collecting) -> dict[str, Any]:
    """Status and background tasks: what a dependency set goes before what was declared."""
    collected = exchange.response
    status = collected.status_code if collected is not None else None
    status = status or plan.status_code
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


async def validate_result(
    field: Field,
    kind: CallKind,
    result: Any,
    context: EndpointContext,
    in_worker: Callable[..., Awaitable[Any]] = run_in_threadpool,
) -> Any:
    """Return the validated result of an endpoint of this kind.

    Raises:
        ResponseValidationError: When the result does not fit the field.
    """
    # Validators of a plain function's result may block like the function itself: same thread.
    if kind is CallKind.ASYNC:
        value, errors = field.validate(result, ("response",))
    else:
        value, errors = await in_worker(field.validate, result, ("response",))
    if errors:
        raise ResponseValidationError(errors, body=result, endpoint_ctx=context)
    return value
