"""Values that come from the body."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData

from ..fields.field import ErrorList, Field
from ..fields.wire import Values
from .forms import read_form
from .params import absent, validate_or_default


async def read_body(
    fields: Sequence[Field], body: Any, embed: bool
) -> tuple[Values, ErrorList]:
    """Return the values of `fields`, and the errors of those that are not right.

    Args:
        fields: The body fields that one callable takes.
        body: Parsed JSON, form data, bytes, or `None` if nothing was sent.
        embed: Each field is a key of the body; otherwise the one field is the body.
    """
    if isinstance(body, FormData):
        return await read_form(fields, body)
    values: Values = {}
    errors: ErrorList = []
    for field in fields:
        if embed:
            value, found = _read_key(field, body)
        else:
            value, found = validate_or_default(field, body, ("body",))
        if found:
            errors += found
        else:
            values[field.name] = value
    return values, errors


def _read_key(field: Field, body: Any) -> tuple[Any, ErrorList]:
    """A key that is there counts, even if its value is null: null is not absent."""
    if isinstance(body, dict):
        for name in field.names:
            if name in body:
                return field.validate(body[name], ("body", name))
    return absent(field, ("body", field.names[0]))
