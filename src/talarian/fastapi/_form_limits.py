"""FastAPI's `fastapi._form_limits`."""

from ..engine.declare.limits import (
    FormLimits as _FormLimits,
    validate_form_limits as _validate_form_limits,
)

__all__ = [
    "_FormLimits",
    "_validate_form_limits",
]
