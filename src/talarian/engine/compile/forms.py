"""Values that come from a form (URL-encoded or multipart)."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData, UploadFile

from ..declare import params
from ..fields import shapes
from ..fields.field import ErrorList, Field
from .params import (
    Values,
    absent,
    collect,
    extras,
    model_fields,
    wants_sequence,
    wire_names,
)


async def read_form(
    fields: Sequence[Field], form: FormData, embed: bool
) -> tuple[Values, ErrorList]:
    """Return the values of `fields`, and the errors of those that are not right.

    Args:
        fields: The body fields that one callable takes.
        form: The parsed form.
        embed: Each field is a field of the form; otherwise the one field is a model of it.
    """
    values: Values = {}
    errors: ErrorList = []
    for field in fields:
        model = shapes.single_model(field.annotation)
        if model is None:
            value, found = await _read_one(field, form)
        else:
            value, found = _read_model(field, model, form)
        if found:
            errors += found
        else:
            values[field.name] = value
    return values, errors


async def _read_one(field: Field, form: FormData) -> tuple[Any, ErrorList]:
    names = wire_names(field)
    sequence = wants_sequence(field)
    for name in names:
        value = form.getlist(name) if sequence else form.get(name)
        if value not in (None, "", []):
            break
    else:
        return absent(field, ("body", names[0]))
    if isinstance(field.info, params.File):
        value = await _file_content(field, value)
    return field.validate(value, ("body", name))


async def _file_content(field: Field, value: Any) -> Any:
    if shapes.is_bytes(field.annotation) and isinstance(value, UploadFile):
        return await value.read()
    if shapes.is_bytes_sequence(field.annotation):
        return [await item.read() if isinstance(item, UploadFile) else item for item in value]
    return value


def _read_model(field: Field, model: Any, form: FormData) -> tuple[Any, ErrorList]:
    data, taken, _ = collect(model_fields(model), form)
    data = {name: value for name, value in data.items() if value != ""}
    rest = dict(extras(form, taken))
    sent = bool(data) or (bool(rest) and model.model_config.get("extra") in ("allow", "forbid"))
    if not sent and (not field.required or field.nullable):
        return absent(field, ("body",))
    return field.validate({**data, **rest}, ("body",))
