"""FastAPI's `fastapi.middleware.httpsredirect`."""

from starlette.middleware.httpsredirect import (
    HTTPSRedirectMiddleware as HTTPSRedirectMiddleware,
)
