"""CORS that lets every site act as the user."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

from starlette.middleware.cors import CORSMiddleware

from ..application import Application
from ..finding import Severity
from ..rule import Observation, rule

# Two origins that have nothing in common: a pattern that matches both was not written for them.
_STRANGERS = ("https://attacker.example", "http://198.51.100.7:8123")


@rule(
    "cors-any-origin-with-credentials",
    Severity.ERROR,
    "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials",
)
def any_origin_with_credentials(app: Application) -> Iterator[Observation]:
    """The standard forbids `*` with credentials; the middleware names the caller instead."""
    for cls, args, kwargs in app.middleware:
        if not (inspect.isclass(cls) and issubclass(cls, CORSMiddleware)):
            continue
        options = inspect.signature(cls).bind(None, *args, **kwargs).arguments
        if options.get("allow_credentials") and _allows_any(options):
            yield Observation(
                app.place_of_mention(cls.__name__),
                "CORS allows every origin together with credentials: any web site that a user "
                "visits can read this API with the user's cookies.",
                'Name the sites: allow_origins=["https://app.example.org"]. '
                "For a public API, leave allow_credentials off.",
            )


def _allows_any(options: dict[str, Any]) -> bool:
    pattern = options.get("allow_origin_regex")
    return "*" in options.get("allow_origins", ()) or (
        pattern is not None and all(re.fullmatch(pattern, origin) for origin in _STRANGERS)
    )
