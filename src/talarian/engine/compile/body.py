"""Values that come from the body."""

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import FormData

from ..declare import params
from ..fields.field import ErrorList, Field, missing
from ..fields.wire import Values
from ..ground.sentinels import UNSET
from .forms import read_form
from .params import absent


async def read_body(fields: Sequence[Field], body: Any, embed: bool) -> tuple[Values, ErrorList]:
    """Return the values of `fields`, and the errors of those that are not right.

    Args:
        fields: The body fields that one callable takes.
        body: Parsed JSON, form data, bytes, or `UNSET` if nothing was sent.
        embed: Each field is a key of the body; otherwise the one field is the body.
    """
    if isinstance(body, FormData):
        return await read_form(fields, body)
    values: Values = {}
    errors: ErrorList = []
    for field in fields:
        # Whoever hands over a dict in the place of a form names all its values, models too.
        keyed = embed or isinstance(field.info, params.Form)
        value, found = _read_key(field, body) if keyed else _read_whole(field, body)
        if found:
            errors += found
        else:
            values[field.name] = value
    return values, errors


def _read_whole(field: Field, body: Any) -> tuple[Any, ErrorList]:
    """A body that says `null` is there; only one that was not sent is the default's turn."""
    return absent(field, ("body",)) if body is UNSET else field.validate(body, ("body",))


def _read_key(field: Field, body: Any) -> tuple[Any, ErrorList]:
    """A key that is there counts, even if its value is null; in JSON, only an object has keys.

    Bytes of another media type are no object either, but they count as if nothing was sent.
    """
    if isinstance(body, dict):
        for name in field.names:
            if name in body:
                return field.validate(body[name], ("body", name))
    loc = ("body", field.names[0])
    if body is UNSET or isinstance(body, dict | bytes):
        return absent(field, loc)
    return None, [missing(loc)]
