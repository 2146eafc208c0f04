"""Everything that is filled from the body, brought together."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, create_model

from ..declare import params
from ..fields.field import Field
from .multipart import ensure_multipart_is_installed
from .parameters import merge_metadata
from .plan import BodyPlan, CallPlan


def plan_body(root: CallPlan, unique_id: str) -> BodyPlan | None:
    """Return how the body of an endpoint is read, or `None` if nothing asks for it.

    One field is the body itself; several (or one that says `embed`) are keys of it. `unique_id`
    names the schema that then stands for the whole body.
    """
    fields = tuple(body_fields(root))
    if not fields:
        return None
    embed = must_embed(fields)
    form = any(isinstance(field.info, params.Form) for field in fields)
    if form:
        ensure_multipart_is_installed()
    field = whole_body(fields, unique_id) if embed else fields[0]
    return BodyPlan(field=field, fields=fields, embed=embed, form=form)


def body_fields(call: CallPlan) -> list[Field]:
    """The body fields of a callable and of everything it depends on, each callable once."""
    return [field for part in call.walk_once() for field in part.body_params]


def must_embed(fields: Sequence[Field]) -> bool:
    """Whether each field is a key of the body."""
    if len({field.name for field in fields}) > 1:
        return True
    field = fields[0]
    if getattr(field.info, "embed", None):
        return True
    return isinstance(field.info, params.Form) and not field.models


def whole_body(fields: Sequence[Field], unique_id: str) -> Field:
    definitions: dict[str, Any] = {field.name: (field.annotation, field.info) for field in fields}
    model: type[BaseModel] = create_model(
        f"Body_{unique_id}",
        __config__=ConfigDict(),
        **definitions,
    )
    infos = [field.info for field in fields]
    required = any(field.required for field in fields)
    default = params.Undefined if required else None
    info: params.Body
    if any(isinstance(info, params.File) for info in infos):
        info = params.File(default)
    elif any(isinstance(info, params.Form) for info in infos):
        info = params.Form(default)
    else:
        info = params.Body(default, media_type=_media_type(infos))
    info = merge_metadata(info, model)
    info.default = default
    info.alias = "body"
    return Field(info, "body")


def _media_type(infos: Sequence[Any]) -> str:
    kinds = {info.media_type for info in infos if isinstance(info, params.Body)}
    return kinds.pop() if len(kinds) == 1 else "application/json"
