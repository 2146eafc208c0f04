"""The attributes of routes that are views of their Plan: `route.dependant` and its kin."""

from collections.abc import Callable
from typing import Any

from ..engine.analyse.plan import CallPlan, Plan, Stream
from ..engine.app import seams
from .dependants import Dependant, thaw
from .fields import ModelField, model_field
from .plans import LivePlan


def dependant(route: Any) -> Dependant:
    """The endpoint and its dependencies; what is changed in it is served by the next request."""
    declared = route.declared_plan
    view = thaw(declared if isinstance(declared, CallPlan) else declared.root)
    route.dependant = view
    return view


def embed_body_fields(route: Any) -> bool:
    """Whether each body field is a key of the body; a WebSocket has no body."""
    plan = route.plan
    return isinstance(plan, Plan) and plan.body is not None and plan.body.embed


def body_field(plan: Plan) -> ModelField | None:
    return None if plan.body is None else model_field(plan.body.field)


def response_field(plan: Plan) -> ModelField | None:
    return model_field(plan.response.field)


def response_fields(plan: Plan) -> dict[int | str, ModelField]:
    additional = plan.response.additional
    return {status: ModelField.of(field) for status, field in additional.items()}


def stream_item_field(plan: Plan) -> ModelField | None:
    return model_field(plan.response.item_field)


def stream_item_type(plan: Plan) -> Any:
    return plan.response.item_type


def is_sse_stream(plan: Plan) -> bool:
    return plan.response.stream is Stream.SERVER_SENT_EVENTS


def is_json_stream(plan: Plan) -> bool:
    return plan.response.stream is Stream.JSON_LINES


def _of_http(compute: Callable[[Plan], Any]) -> Callable[[Any], Any]:
    def view(route: Any) -> Any:
        plan = route.plan
        if not isinstance(plan, Plan):
            raise AttributeError(f"A WebSocket route has no attribute {compute.__name__!r}")
        return compute(plan)

    return view


def take_over(route: Any) -> None:
    """Have the Plan of a route follow its views from now on."""
    live = route.live_plan
    # A route that was copied brings the plan of the other one along.
    if not isinstance(live, LivePlan) or live.route is not route:
        route.live_plan = LivePlan(route)


def show_views() -> None:
    """Give the engine's routes their views."""
    seams.VIEWS["dependant"] = dependant
    seams.VIEWS["_embed_body_fields"] = embed_body_fields
    seams.VIEWS.update(
        {
            compute.__name__: _of_http(compute)
            for compute in (
                body_field,
                response_field,
                response_fields,
                stream_item_field,
                stream_item_type,
                is_sse_stream,
                is_json_stream,
            )
        }
    )
    seams.on_view_set = take_over
