"""Middleware of the toolkit below."""

from starlette.middleware import (
    Middleware,
)
from starlette.middleware.cors import (
    CORSMiddleware,
)
from starlette.middleware.gzip import (
    GZipMiddleware,
)
from starlette.middleware.httpsredirect import (
    HTTPSRedirectMiddleware,
)
from starlette.middleware.trustedhost import (
    TrustedHostMiddleware,
)

__all__ = [
    "CORSMiddleware",
    "GZipMiddleware",
    "HTTPSRedirectMiddleware",
    "Middleware",
    "TrustedHostMiddleware",
]
