"""The documentation pages."""

from collections.abc import Iterator
from typing import Any

from ..application import Application
from ..finding import Severity
from ..rule import Observation, rule


@rule(
    "public-docs",
    Severity.INFO,
    "https://fastapi.tiangolo.com/how-to/custom-docs-ui-assets/",
)
def public_docs(app: Application) -> Iterator[Observation]:
    """The pages are on unless they are turned off, and load their scripts from elsewhere."""
    if not app.app.openapi_url:
        return
    settings: Any = app.app
    pages = [url for url in (settings.docs_url, settings.redoc_url) if url]
    if pages:
        yield Observation(
            app.place,
            f"{' and '.join(app.path + url for url in pages)} can be read by anyone, and the "
            "browser loads their scripts from a CDN, which then runs code on this site.",
            "In production, docs_url=None, redoc_url=None (and openapi_url=None for a private "
            "API); or serve the pages yourself with your own copy of the scripts.",
        )
