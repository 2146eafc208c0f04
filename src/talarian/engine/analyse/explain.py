"""A Plan as text for people: what was decided about an endpoint, and where it is written."""

from collections.abc import Iterator
from typing import Any

from ..fields.field import Field
from ..ground.sentinels import DefaultPlaceholder
from .plan import BodyPlan, CallPlan, Plan, ResponsePlan

_PLACES = (
    ("path", "path_params"),
    ("query", "query_params"),
    ("header", "header_params"),
    ("cookie", "cookie_params"),
    ("body", "body_params"),
)


def explain(plan: Plan | CallPlan) -> str:
    """Return the decisions of a Plan, one on a line; a WebSocket's Plan is its call alone."""
    return "\n".join(_endpoint(plan) if isinstance(plan, Plan) else _call(plan, ""))


def _endpoint(plan: Plan) -> Iterator[str]:
    where = plan.context
    yield f"{plan.path}  ({plan.unique_id})"
    if "file" in where:
        yield f"  {where.get('function')} at {where['file']}:{where.get('line')}"
    yield from _call(plan.root, "  ")
    if plan.body is not None:
        yield from _body(plan, plan.body)
    yield from _response(plan.response)


def _call(call: CallPlan, indent: str) -> Iterator[str]:
    yield f"{indent}{_title(call)}"
    for dependency in call.dependencies:
        yield from _call(dependency, indent + "  ")
    for place, attribute in _PLACES:
        for field in getattr(call, attribute):
            yield f"{indent}  {field.name} <- {place} {_value(field)}"
    for name, injection in call.injections:
        yield f"{indent}  {name} <- the {injection.value}"


def _title(call: CallPlan) -> str:
    name = getattr(call.call, "__qualname__", repr(call.call))
    facts = [call.kind.value]
    if call.scope is not None:
        facts.append(f"cleans up in scope {call.scope!r}")
    if not call.use_cache:
        facts.append("not cached")
    if call.security_scopes:
        facts.append("scopes " + " ".join(call.security_scopes))
    if call.concurrency is not None:
        facts.append(f"at most {call.concurrency.max_concurrency} at once")
    receiver = f"{call.name} <- " if call.name else ""
    return f"{receiver}{name}: {', '.join(facts)}"


def _value(field: Field) -> str:
    presence = "required" if field.required else "optional"
    return f"{field.alias!r}: {_type(field.annotation)}, {presence}"


def _type(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _body(plan: Plan, body: BodyPlan) -> Iterator[str]:
    kind = "a form" if body.form else "JSON"
    parts = "each field under its name" if body.embed else "one field is the whole body"
    yield f"  body: {kind}, {parts}"
    if plan.max_body_size is not None:
        yield f"  body: at most {plan.max_body_size} bytes"


def _response(response: ResponsePlan) -> Iterator[str]:
    chosen = response.response_class
    default = isinstance(chosen, DefaultPlaceholder)
    name = chosen.value.__name__ if isinstance(chosen, DefaultPlaceholder) else chosen.__name__
    if response.stream is not None:
        yield f"  response: a stream, {response.stream.value}"
    elif response.field is None:
        yield f"  response: {name}, no model"
    else:
        writer = "JSON by pydantic" if default else name
        yield f"  response: {_type(response.field.annotation)} as {writer}"
    if response.status_code is not None:
        yield f"  status: {response.status_code}"
