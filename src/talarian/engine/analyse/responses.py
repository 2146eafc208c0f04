"""What an endpoint answers with: its response model, and whether it streams."""

import inspect
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from typing import Any, get_args, get_origin

from starlette.responses import Response

from ..declare.declaration import Declaration
from ..fields.field import Field, create_field
from ..ground.annotations import is_subclass, return_annotation
from ..ground.callables import AnyCallable, CallKind
from ..ground.sentinels import DefaultPlaceholder
from ..ground.sse import EventSourceResponse
from ..ground.status import is_body_allowed
from .plan import ResponsePlan, Stream

_STREAMS = (AsyncIterable, AsyncIterator, AsyncGenerator, Iterable, Iterator, Generator)


def plan_response(declaration: Declaration, kind: CallKind, unique_id: str) -> ResponsePlan:
    """Decide what happens to the result of an endpoint of a `kind`.

    Raises:
        AssertionError: When a status without content is given a model.
        TalarianError: When the response model is not something pydantic can handle.
    """
    model, item_type, stream = _shape(declaration, kind)
    item = None
    if stream in (Stream.JSON_LINES, Stream.SERVER_SENT_EVENTS) and item_type is not None:
        item = create_field(f"StreamItem_{unique_id}", item_type, mode="serialization")
    field = None
    if model:  # an empty dict, as some plug-ins pass it, is no model either
        _check_content(declaration.status_code)
        field = create_field(f"Response_{unique_id}", model, mode="serialization")
    return ResponsePlan(
        field=field,
        item_field=item,
        model=model,
        item_type=None if item is None else item_type,
        stream=stream,
        response_class=declaration.response_class,
        status_code=declaration.status_code,
        include=declaration.response_model_include,
        exclude=declaration.response_model_exclude,
        by_alias=declaration.response_model_by_alias,
        exclude_unset=declaration.response_model_exclude_unset,
        exclude_defaults=declaration.response_model_exclude_defaults,
        exclude_none=declaration.response_model_exclude_none,
        additional=_additional(declaration.responses, unique_id),
    )


def stream_item_type(annotation: Any) -> Any:
    """`T` of `AsyncIterable[T]` and its kin, `Any` without a `T`; `None` for anything else."""
    origin = get_origin(annotation) or annotation
    if origin not in _STREAMS:
        return None
    arguments = get_args(annotation)
    return arguments[0] if arguments else Any


def chosen_class(response_class: type[Response] | DefaultPlaceholder) -> type[Response]:
    """The response class itself, chosen or by default."""
    if isinstance(response_class, DefaultPlaceholder):
        chosen: type[Response] = response_class.value
        return chosen
    return response_class


def _shape(declaration: Declaration, kind: CallKind) -> tuple[Any, Any, Stream | None]:
    """The response model, the type of a stream's items, and how a stream is sent."""
    endpoint, declared = declaration.endpoint, declaration.response_model
    model = declared
    if isinstance(declared, DefaultPlaceholder):
        model = _annotated_model(endpoint)
    if not kind.is_generator:
        return model, None, None
    item = None
    if isinstance(declared, DefaultPlaceholder):
        item = stream_item_type(return_annotation(endpoint))
        model = model if item is None else None
    return model, item, _stream_of(declaration.response_class)


def _annotated_model(endpoint: AnyCallable) -> Any:
    """The return annotation, unless it says that the endpoint makes the response itself."""
    annotation = return_annotation(endpoint)
    if annotation is inspect.Signature.empty or is_subclass(annotation, Response):
        return None
    return annotation


def _stream_of(response_class: type[Response] | DefaultPlaceholder) -> Stream:
    if is_subclass(chosen_class(response_class), EventSourceResponse):
        return Stream.SERVER_SENT_EVENTS
    if isinstance(response_class, DefaultPlaceholder):
        return Stream.JSON_LINES
    return Stream.RAW


def _additional(responses: Mapping[int | str, Any], unique_id: str) -> dict[int | str, Field]:
    fields: dict[int | str, Field] = {}
    for status, response in responses.items():
        assert isinstance(response, dict), "An additional response must be a dict"
        model = response.get("model")
        if model:
            _check_content(status)
            name = f"Response_{status}_{unique_id}"
            fields[status] = create_field(name, model, mode="serialization")
    return fields


def _check_content(status: int | str | None) -> None:
    assert has_content(status), f"Status code {status} must not have a response body"


def has_content(status: int | str | None) -> bool:
    """Whether an answer with this status may have a body; a range such as `2XX` may."""
    return not str(status).isdigit() or is_body_allowed(status)
