"""FastAPI's `fastapi._body_limit`."""

from starlette.middleware.body_limit import (
    RequestBodyLimitMiddleware,
)

from ..engine.declare.declaration import (
    nearest as get_body_size_limit,
)
from ..engine.declare.limits import (
    validate_max_body_size,
)
from ..engine.serve.limits import (
    body_limit_error as get_body_limit_error,
    limit_body as wrap_app_with_body_limit,
)

__all__ = [
    "RequestBodyLimitMiddleware",
    "get_body_limit_error",
    "get_body_size_limit",
    "validate_max_body_size",
    "wrap_app_with_body_limit",
]
