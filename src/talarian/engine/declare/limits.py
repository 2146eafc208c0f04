"""Limits on what a request may send, checked where they are declared."""

from functools import cache

from pydantic import ConfigDict, NonNegativeInt, TypeAdapter, with_config
from typing_extensions import TypedDict


@with_config(ConfigDict(extra="forbid", strict=True))
class FormLimits(TypedDict, total=False):
    """Limits on the forms of one application, router or route; what is absent is inherited."""

    max_fields: NonNegativeInt
    """Number of fields that are not files."""
    max_files: NonNegativeInt
    """Number of files in a multipart form."""
    max_part_size: NonNegativeInt
    """Bytes in one field that is not a file."""


@cache
def _form_limits() -> TypeAdapter[FormLimits]:
    return TypeAdapter(FormLimits)


def validate_form_limits(limits: FormLimits | None) -> FormLimits:
    """Return a copy of `limits`, empty for `None`.

    Raises `ValueError` (pydantic's `ValidationError`) for an unknown key, and for a value that is
    not an integer of zero or more.
    """
    if not limits and type(limits) in (dict, type(None)):
        return {}
    return _form_limits().validate_python(limits)


def validate_max_body_size(max_body_size: int | None) -> None:
    """Raise `ValueError` unless `max_body_size` is a number of bytes, zero included, or `None`."""
    if max_body_size is None:
        return
    if type(max_body_size) is not int or max_body_size < 0:
        raise ValueError("max_body_size must be a non-negative integer or None")
