"""What a compiled endpoint uses to turn its result into an answer; made once, of its Plan."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from ..analyse.plan import Plan
from ..analyse.responses import chosen_class, has_content
from ..fields.encode import jsonable_encoder
from ..fields.field import Field, located
from ..fields.plain import plain_json
from ..fields.schemas import has_functions, valid_as_it_is
from ..ground.callables import AnyCallable
from ..ground.errors import EndpointContext, ResponseValidationError
from ..ground.responses import JSONResponse
from ..ground.sentinels import DefaultPlaceholder
from .respond import dump_options, make_response, respond
from .turn import Answer, Turn

_OPTIONS_LEFT_OUT = {
    **{"include": None, "exclude": None},
    **{"exclude_unset": False, "exclude_defaults": False, "exclude_none": False},
}


def writes_json(plan: Plan) -> bool:
    """Whether a result that is no response is sent as JSON by default."""
    response = plan.response
    default = response.response_class
    if not isinstance(default, DefaultPlaceholder) or chosen_class(default) is not JSONResponse:
        return False
    return has_content(response.status_code)


def may_validate_in_one_go(plan: Plan) -> bool:
    """Whether the result of a blocking endpoint may be validated where it was made.

    The interpreter goes to a worker thread twice. Nobody but a validator written in Python could
    notice the difference: the context variables that the endpoint has set.
    """
    field = plan.response.field
    return field is not None and not has_functions(field.core_schema)


def in_one_go(plan: Plan) -> Callable[..., Any]:
    """The endpoint and the validation of its result, as one function for a worker thread."""
    field = plan.response.field
    assert field is not None
    call: AnyCallable = plan.root.call
    validate, refuse = field.validator.validate_python, unfit(plan)

    def validated(x: Turn, /, **values: Any) -> Any:
        result = call(**values)
        if isinstance(result, Response):
            return result
        try:
            return validate(result, from_attributes=True)
        except ValidationError as error:
            raise refuse(x, result, error) from None

    return validated


def unfit(plan: Plan) -> Callable[[Turn, Any, ValidationError], ResponseValidationError]:
    """The error of a result that does not fit the response model."""

    def refuse(x: Turn, result: Any, error: ValidationError) -> ResponseValidationError:
        errors = located(error.errors(include_url=False), ("response",))
        return ResponseValidationError(
            errors, body=result, endpoint_ctx=context(plan, x.method, x.root_path)
        )

    return refuse


def context(plan: Plan, method: str, root_path: str) -> EndpointContext:
    """Where the endpoint is written and by which path it was reached."""
    return {**plan.context, "path": f"{method} {root_path.rstrip('/')}{plan.path}"}


def valid_results(field: Field) -> type | None:
    """The class of results that need not be validated, if there is one."""
    valid = valid_as_it_is(field.core_schema)
    return None if valid is None or issubclass(valid, Response) else valid


def dump(plan: Plan) -> Callable[[Any], bytes]:
    """How a validated result becomes JSON text."""
    assert plan.response.field is not None
    to_json = plan.response.field.serializer.to_json
    options = dump_options(plan.response)
    given = {
        name: value
        for name, value in options.items()
        if name not in _OPTIONS_LEFT_OUT or value != _OPTIONS_LEFT_OUT[name]
    }
    return partial(to_json, **given)


def untyped(plan: Plan) -> Callable[[Turn, Any], Answer]:
    """The response to a result of which nobody said the type."""

    def encoded(x: Turn, result: Any) -> Answer:
        text = plain_json(result)
        if text is None:
            return make_response(plan.response, x, jsonable_encoder(result))
        return _whole(plan, x, text)

    return encoded


def completed(plan: Plan) -> Callable[[Turn, bytes], Answer]:
    """Add to JSON text what dependencies said about the response."""
    return lambda x, text: _whole(plan, x, text)


def _whole(plan: Plan, x: Turn, text: bytes) -> Response:
    return make_response(plan.response, x, text, is_text=True)


def returned(x: Turn, response: Response) -> Response:
    """A response that the endpoint made: the tasks of this request run after it."""
    if response.background is None:
        response.background = x.background
    return response


def responder(plan: Plan) -> Callable[[Turn, Any], Awaitable[Response]]:
    """The interpreter's own way from result to response."""

    async def to_response(x: Turn, result: Any) -> Response:
        where = context(plan, x.method, x.root_path)
        return await respond(plan.response, plan.root.kind, x, result, where)

    return to_response
