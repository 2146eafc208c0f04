"""Request bodies."""

from collections.abc import Sequence
from typing import Any

from ..analyse.plan import BodyPlan
from ..declare import params
from ..fields.field import Field
from .forms import composed_form, is_composed
from .parameters import example_of
from .schemas import Schemas

_MULTIPART = "multipart/form-data"
_URLENCODED = "application/x-www-form-urlencoded"


def documented_fields(body: BodyPlan) -> Sequence[Field]:
    """The fields whose schemas a body is made of."""
    return body.fields if is_composed(body) else (body.field,)


def describe_body(body: BodyPlan, unique_id: str, schemas: Schemas) -> dict[str, Any]:
    """The Request Body Object; the schema of a composed form becomes a component."""
    media: dict[str, Any]
    if is_composed(body):
        name = f"Body_{unique_id}"
        media = {"schema": schemas.define(name, composed_form(body, name, schemas))}
    else:
        field = body.field
        media = {"schema": schemas.of(field, field.validation_alias or field.alias)}
    if len(body.fields) == 1:
        media |= example_of(body.field.info)
    required = any(field.required for field in body.fields)
    # First, where it is written at all: documents are compared byte by byte.
    described: dict[str, Any] = {"required": True} if required else {}
    return {**described, "content": {media_type(body): media}}


def media_type(body: BodyPlan) -> str:
    """The content type: files need multipart, and otherwise fields that agree decide."""
    infos = [field.info for field in body.fields]
    kinds = {info.media_type for info in infos if isinstance(info, params.Body)}
    if any(isinstance(info, params.File) for info in infos):
        return _MULTIPART
    if len(kinds) == 1:
        return kinds.pop()
    if not body.form:
        return "application/json"
    return _MULTIPART if _MULTIPART in kinds else _URLENCODED
