"""The names under which a request's exit stacks lie in its ASGI scope.

The first two are FastAPI's, and third parties that solve dependencies themselves look for them.
"""

REQUEST_STACK = "fastapi_inner_astack"
"""Closed after the response was sent and its background tasks have run."""

FUNCTION_STACK = "fastapi_function_astack"
"""Closed when the endpoint has returned, before the response is sent."""

FILES_STACK = "fastapi_middleware_astack"
"""Closed last, when exception handlers have run: uploaded files."""
