"""Values that come from a form (URL-encoded or multipart)."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData, UploadFile

from ..declare import params
from ..fields import shapes
from ..fields.field import ErrorList, Field
from ..fields.wire import Values, from_form, grouped
from ..ground.sentinels import UNSET
from .params import absent


async def read_form(fields: Sequence[Field], form: FormData) -> tuple[Values, ErrorList]:
    """Return the values of `fields`, and the errors of those that are not right.

    Args:
        fields: The body fields that one callable takes: a value each, or models of the form.
        form: The parsed form.
    """
    values: Values = {}
    errors: ErrorList = []
    for field in fields:
        value, found = _read_models(field, form) if field.models else await _read_one(field, form)
        if found:
            errors += found
        else:
            values[field.name] = value
    return values, errors


async def read_upload(file: UploadFile) -> bytes:
    """Return what is left to read, and leave the file as it was for whoever reads it next."""
    position = file.file.tell()
    try:
        return await file.read()
    finally:
        file.file.seek(position)


async def _read_one(field: Field, form: FormData) -> tuple[Any, ErrorList]:
    for name in field.names:
        if name not in form:
            continue
        sent = form.getlist(name) if field.sequence else form[name]
        value = from_form(sent, field.sequence)
        if value is not UNSET:
            if isinstance(field.info, params.File):
                value = await _contents(field, value)
            return field.validate(value, ("body", name))
    return absent(field, ("body", field.names[0]))


async def _contents(field: Field, value: Any) -> Any:
    """Read the files of a field that wants bytes."""
    if isinstance(value, list):
        if not shapes.is_bytes_sequence(field.annotation):
            return value
        return [await read_upload(item) if isinstance(item, UploadFile) else item for item in value]
    if isinstance(value, UploadFile) and shapes.is_bytes(field.annotation):
        return await read_upload(value)
    return value


def _read_models(field: Field, form: FormData) -> tuple[Any, ErrorList]:
    """One model takes its data from the form; of a union, each branch does so in its turn."""
    data = grouped(form)
    if field.nullable and not any(model.is_sent(data) for model in field.models):
        return absent(field, ("body",))
    if len(field.models) == 1:
        data = field.models[0].assemble(data, from_form)
    return field.validate(data, ("body",))
