"""Responses, documented and implied."""

import http.client
import inspect
from collections.abc import Iterator
from typing import Any

from starlette.responses import JSONResponse, Response

from ..analyse.plan import Plan, ResponsePlan, Stream
from ..analyse.responses import chosen_class
from ..declare.declaration import Declaration
from ..fields.field import Field
from ..ground.annotations import is_subclass
from ..ground.sse import ServerSentEvent
from ..ground.status import is_body_allowed
from .merge import merged
from .schemas import REF_PREFIX, Schemas

_RANGES = {
    "1XX": "Information",
    "2XX": "Success",
    "3XX": "Redirection",
    "4XX": "Client Error",
    "5XX": "Server Error",
    "default": "Default Response",
}

VALIDATION_ERROR: dict[str, Any] = {
    "title": "ValidationError",
    "type": "object",
    "properties": {
        "loc": {
            "title": "Location",
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        },
        "msg": {"title": "Message", "type": "string"},
        "type": {"title": "Error Type", "type": "string"},
        "input": {"title": "Input"},
        "ctx": {"title": "Context", "type": "object"},
    },
    "required": ["loc", "msg", "type"],
}

VALIDATION_ERRORS: dict[str, Any] = {
    "title": "HTTPValidationError",
    "type": "object",
    "properties": {
        "detail": {
            "title": "Detail",
            "type": "array",
            "items": {"$ref": f"{REF_PREFIX}ValidationError"},
        }
    },
}
"""The body of a 422. Applications that answer with another one change this in place."""


def documented_fields(response: ResponsePlan) -> Iterator[Field]:
    """The fields whose schemas the responses are made of."""
    if response.field is not None:
        yield response.field
    if (item := _item_field(response)) is not None:
        yield item
    yield from response.additional.values()


def describe_responses(
    declaration: Declaration, plan: Plan, schemas: Schemas, *, validated: bool
) -> dict[str, dict[str, Any]]:
    """The Responses Object.

    Args:
        declaration: What the route was given.
        plan: What was made of it.
        schemas: Where the models of the responses are.
        validated: Whether a request can be refused with 422.

    Raises:
        ValueError: When the key of an additional response is no status.
    """
    response_class = chosen_class(plan.response.response_class)
    status = declaration.status_code or _default_status(response_class)
    main: dict[str, Any] = {"description": declaration.response_description}
    if is_body_allowed(status) and (content := _content(plan.response, response_class, schemas)):
        main["content"] = content
    responses = {str(status): main}
    for code, given in declaration.responses.items():
        key = _key(code)
        field = plan.response.additional.get(code)
        extra = _additional(given, field, response_class.media_type, schemas)
        before = responses.get(key, {})
        phrase = _RANGES.get(key) or _phrase(int(code))
        description = given.get("description") or before.get("description") or phrase
        responses[key] = {**merged(before, extra), "description": description}
    if validated and not responses.keys() & {"422", "4XX", "default"}:
        responses["422"] = _validation_error(schemas)
    return responses


def _default_status(response_class: type[Response]) -> int:
    """The status that a response class answers with unless it is told otherwise."""
    parameter = inspect.signature(response_class.__init__).parameters.get("status_code")
    default = parameter.default if parameter is not None else None
    return default if isinstance(default, int) else 200


def _content(
    response: ResponsePlan, response_class: type[Response], schemas: Schemas
) -> dict[str, Any]:
    if response.stream in (Stream.JSON_LINES, Stream.SERVER_SENT_EVENTS):
        field = _item_field(response)
        item = None if field is None else schemas.of(field, field.name)
        if response.stream is Stream.SERVER_SENT_EVENTS:
            item = _event(item)
        return {response.stream.value: {"itemSchema": item or {}}}
    if response_class.media_type is None:
        return {}
    schema: dict[str, Any] = {"type": "string"}
    if issubclass(response_class, JSONResponse):
        field = response.field
        schema = {} if field is None else schemas.of(field, field.name)
    return {response_class.media_type: {"schema": schema}}


def _item_field(response: ResponsePlan) -> Field | None:
    """The field of a stream's items; whole events do not say what their data is."""
    if is_subclass(response.item_type, ServerSentEvent):
        return None
    return response.item_field


def _event(data: dict[str, Any] | None) -> dict[str, Any]:
    """The schema of one server-sent event, as a client's parser hands it over."""
    properties: dict[str, Any] = {
        "data": {"type": "string"},
        "event": {"type": "string"},
        "id": {"type": "string"},
        "retry": {"type": "integer", "minimum": 0},
    }
    if data is None:
        return {"type": "object", "properties": properties}
    properties["data"] |= {"contentMediaType": "application/json", "contentSchema": data}
    return {"type": "object", "properties": properties, "required": ["data"]}


def _key(code: int | str) -> str:
    key = str(code).upper()
    return "default" if key == "DEFAULT" else key


def _phrase(status: int) -> str:
    return http.client.responses.get(status, "Additional Response")


def _additional(
    given: dict[str, Any], field: Field | None, media_type: str | None, schemas: Schemas
) -> dict[str, Any]:
    extra = {key: value for key, value in given.items() if key != "model"}
    if field is None:
        return extra
    schema = schemas.of(field, field.name)
    content = {media_type or "application/json": {"schema": schema}}
    return merged(extra, {"content": content})


def _validation_error(schemas: Schemas) -> dict[str, Any]:
    schemas.define("ValidationError", VALIDATION_ERROR)
    reference = schemas.define("HTTPValidationError", VALIDATION_ERRORS)
    return {
        "description": "Validation Error",
        "content": {"application/json": {"schema": reference}},
    }
