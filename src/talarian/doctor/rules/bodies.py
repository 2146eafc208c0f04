"""Bodies of any size."""

from collections.abc import Iterator

from ..application import Application
from ..finding import Severity
from ..rule import Observation, listed, rule


@rule("unlimited-body", Severity.INFO, "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14")
def unlimited_body(app: Application) -> Iterator[Observation]:
    """A body is read into memory, or a file, as long as the client goes on sending."""
    if app.app.max_body_size is not None:
        return
    unlimited = [
        str(endpoint)
        for endpoint, plan in app.http_endpoints
        if plan.body is not None and plan.max_body_size is None
    ]
    if unlimited:
        yield Observation(
            app.place,
            f"Bodies of any size are accepted by {listed(unlimited)}: unless a proxy has a limit, "
            "one client can fill the memory.",
            "Set a number of bytes for the application, max_body_size=10_000_000, and a larger "
            "one on the routes that take files.",
        )
