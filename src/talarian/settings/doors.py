"""What an application itself leaves open."""

from collections.abc import Iterator
from typing import Any

from starlette.middleware import Middleware
from starlette.types import Receive, Scope, Send

from talarian import Talarian
from talarian.extensions import Hazard
from talarian.middleware import CORSMiddleware


def open_doors(app: Talarian) -> Iterator[Hazard]:
    """The options that must not be on in production."""
    if app.debug:
        yield Hazard(
            "Talarian(debug=True) shows source code and variables to whoever causes an error.",
            "Leave debug out, or set it from a setting that is false in production.",
        )
    for entry in app.user_middleware:
        if (rules := _cors_rules(entry)) and rules.allow_credentials and _any_origin(rules):
            yield Hazard(
                "CORSMiddleware allows every origin, with credentials: any site that a user "
                "visits can use this API in the user's name.",
                'Name the sites: allow_origins=["https://app.example.org"], '
                "or leave allow_credentials off.",
            )


def _cors_rules(entry: Middleware) -> CORSMiddleware | None:
    if not (isinstance(entry.cls, type) and issubclass(entry.cls, CORSMiddleware)):
        return None
    make: Any = entry.cls
    rules: CORSMiddleware = make(_nowhere, *entry.args, **entry.kwargs)
    return rules


def _any_origin(rules: CORSMiddleware) -> bool:
    # A pattern that allows these has not been written with sites in mind.
    return rules.allow_all_origins or all(map(rules.is_allowed_origin, _STRANGERS))


_STRANGERS = ("https://stranger.example", "http://127.0.0.1.attacker.example:8080")


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that is never called: only the rules of a middleware around it are wanted."""
