"""The list of rules. A new rule is a function in this folder and a line here."""

from ..rule import Rule
from . import (
    background,
    bodies,
    commits,
    cors,
    headers,
    lifespans,
    middleware,
    operations,
    pages,
    paths,
    proxies,
    routes,
    websockets,
)

RULES: tuple[Rule, ...] = (
    commits.commit_after_response,
    background.replaced,
    background.too_late,
    background.dropped,
    lifespans.on_event_ignored,
    lifespans.mounted_lifespan_ignored,
    cors.any_origin_with_credentials,
    paths.missing,
    paths.misspelt,
    paths.unused,
    routes.shadowed,
    headers.response_headers_lost,
    middleware.http_exception_in_middleware,
    operations.duplicate_operation_id,
    websockets.origin_unchecked,
    proxies.redirect_scheme,
    bodies.unlimited_body,
    pages.public_docs,
)

__all__ = ["RULES"]
