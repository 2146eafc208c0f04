"""WebSockets that any site may open as the user."""

import inspect
from collections.abc import Iterator

from talarian.engine.analyse.plan import CallPlan

from ..application import Application
from ..finding import Severity
from ..rule import Observation, rule
from ..sources import mentions


@rule(
    "websocket-origin-unchecked",
    Severity.INFO,
    "https://datatracker.ietf.org/doc/html/rfc6455#section-10.2",
)
def origin_unchecked(app: Application) -> Iterator[Observation]:
    """Browsers send cookies with a WebSocket's handshake from any page, and CORS isn't asked."""
    if any(_may_check(cls) for cls, _, _ in app.middleware):
        return
    for endpoint in app.endpoints:
        calls = list(endpoint.root.walk())
        if endpoint.plan is None and any(call.cookie_params for call in calls):
            if any(_checks(call) for call in calls):
                continue
            yield Observation(
                endpoint.place,
                f"{endpoint} takes a cookie, and nothing looks at the Origin header: a page of "
                "another site can open it in the user's name (CORSMiddleware is for HTTP only).",
                "Compare websocket.headers['origin'] with your own sites before accept(), "
                "for example in a dependency that raises WebSocketException(1008).",
            )


def _checks(call: CallPlan) -> bool:
    return mentions(call.call, "origin") or any(
        field.alias.lower() == "origin" for field in call.header_params
    )


def _may_check(middleware: object) -> bool:
    """Whether middleware could look at the origin; Starlette's own does so for HTTP only."""
    module = getattr(middleware, "__module__", "")
    return not (inspect.isclass(middleware) and module.startswith("starlette."))
