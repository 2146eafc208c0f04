"""Plans that are made of what third parties may change: a route's views, or loose parts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic.main import IncEx
from starlette.responses import Response

from ..engine.analyse.bodies import body_fields
from ..engine.analyse.endpoint import endpoint_context
from ..engine.analyse.plan import BodyPlan, CallPlan, Plan, ResponsePlan, Stream
from ..engine.analyse.responses import chosen_class
from ..engine.declare import params
from ..engine.declare.limits import FormLimits, validate_form_limits
from ..engine.fields.field import Field
from ..engine.ground.annotations import is_subclass
from ..engine.ground.sentinels import DefaultPlaceholder
from ..engine.ground.sse import EventSourceResponse
from .dependants import Dependant, freeze
from .fields import engine_field


def body_plan(root: CallPlan, field: Field | None, embed: bool) -> BodyPlan | None:
    """How the body is read, given the one field that stands for it."""
    if field is None:
        return None
    fields = tuple(body_fields(root)) or (field,)
    form = isinstance(field.info, params.Form)
    return BodyPlan(field=field, fields=fields, embed=embed, form=form)


class LivePlan:
    """The Plan of a route, made again when one of its views was changed or set."""

    def __init__(self, route: Any) -> None:
        self.route = route
        self._parts: tuple[Any, ...] = ()
        self._plan: Plan | None = None

    def __call__(self) -> Plan | CallPlan:
        given = vars(self.route)
        dependant: Dependant | None = given.get("dependant")
        declared = self.route.declared_plan
        if isinstance(declared, CallPlan):
            return declared if dependant is None else freeze(dependant)
        root = declared.root if dependant is None else freeze(dependant)
        parts = (root, *(given.get(name, _NOT_SET) for name in _SETTABLE))
        if self._plan is None or parts != self._parts:
            set_views = {name: given[name] for name in _SETTABLE if name in given}
            unchanged = root is declared.root and not set_views
            plan: Plan = declared if unchanged else _changed(declared, root, set_views)
            self._parts, self._plan = parts, plan
        return self._plan


_NOT_SET = object()

_SETTABLE = (
    "body_field",
    "_embed_body_fields",
    "response_field",
    "response_fields",
    "stream_item_field",
    "stream_item_type",
    "is_json_stream",
)


def _changed(plan: Plan, root: CallPlan, views: Mapping[str, Any]) -> Plan:
    body = plan.body
    field = None if body is None else body.field
    embed = body is not None and body.embed
    if "body_field" in views:
        field = engine_field(views["body_field"])
    embed = views.get("_embed_body_fields", embed)
    response = _changed_response(plan.response, views)
    return replace(plan, root=root, body=body_plan(root, field, embed), response=response)


def _changed_response(plan: ResponsePlan, views: Mapping[str, Any]) -> ResponsePlan:
    changes: dict[str, Any] = {}
    for name, part in (("response_field", "field"), ("stream_item_field", "item_field")):
        if name in views:
            changes[part] = engine_field(views[name])
    if "stream_item_type" in views:
        changes["item_type"] = views["stream_item_type"]
    if "response_fields" in views:
        fields = views["response_fields"]
        changes["additional"] = {status: engine_field(field) for status, field in fields.items()}
    if "is_json_stream" in views and plan.stream is not Stream.SERVER_SENT_EVENTS:
        changes["stream"] = Stream.JSON_LINES if views["is_json_stream"] else plan.stream
    return replace(plan, **changes) if changes else plan


class LoosePlan:
    """The Plan of a handler that was made of its parts, without a route."""

    def __init__(
        self,
        dependant: Dependant,
        *,
        body_field: Field | None,
        embed: bool,
        status_code: int | None,
        response_class: type[Response] | DefaultPlaceholder,
        response_field: Field | None,
        include: IncEx | None,
        exclude: IncEx | None,
        by_alias: bool,
        exclude_unset: bool,
        exclude_defaults: bool,
        exclude_none: bool,
        strict_content_type: bool | DefaultPlaceholder,
        item_field: Field | None,
        is_json_stream: bool,
        form_limits: FormLimits | None,
    ) -> None:
        assert dependant.call is not None, "dependant.call must be a function"
        self.dependant = dependant
        root = freeze(dependant)
        response = ResponsePlan(
            field=response_field,
            model=None if response_field is None else response_field.annotation,
            item_field=item_field,
            item_type=None if item_field is None else item_field.annotation,
            stream=_stream(root, response_class, is_json_stream),
            response_class=response_class,
            status_code=status_code,
            include=include,
            exclude=exclude,
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
            additional={},
        )
        self._plan = Plan(
            path=dependant.path or "",
            root=root,
            body=body_plan(root, body_field, embed),
            response=response,
            unique_id="",
            strict_content_type=bool(strict_content_type),
            max_body_size=None,  # whoever serves the handler has put the limit around it
            form_limits=validate_form_limits(form_limits),
            context=endpoint_context(dependant.call),
        )

    @property
    def plan(self) -> Plan:
        root = freeze(self.dependant)
        if root is not self._plan.root:
            self._plan = _changed(self._plan, root, {})
        return self._plan


def _stream(
    root: CallPlan, response_class: type[Response] | DefaultPlaceholder, is_json_stream: bool
) -> Stream | None:
    if not root.kind.is_generator:
        return None
    if is_subclass(chosen_class(response_class), EventSourceResponse):
        return Stream.SERVER_SENT_EVENTS
    return Stream.JSON_LINES if is_json_stream else Stream.RAW
