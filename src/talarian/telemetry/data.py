"""What processors of spans and log records may see of the request they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.websockets import WebSocket

from ..engine.ground.observe import watching

if TYPE_CHECKING:
    from opentelemetry.context import Context

REQUEST_KEY = "talarian.telemetry.request"
"""Under this key the observer of a request lies in OpenTelemetry's context."""


@dataclass(kw_only=True)
class TelemetryData:
    """The live objects of one request or WebSocket connection. None of them is ever exported."""

    request: Request | None = None
    """Known when the route's handler starts."""
    websocket: WebSocket | None = None
    """Known when the route's handler starts."""
    body: Any = None
    """The parsed body, before it was validated."""
    values: dict[str, Any] | None = None
    """The endpoint's arguments, once dependencies have run."""
    errors: Sequence[Any] | None = None
    """Validation errors with the input that caused them."""


def get_telemetry_data(context: "Context | None" = None) -> TelemetryData | None:
    """Return the data of the request that is being served, `None` outside of one.

    Args:
        context: Where to look: a span processor is given it as `parent_context`, a log record
            has it as `record.context`. The default is the current context.
    """
    request = watching.get() if context is None else context.get(REQUEST_KEY)
    data: TelemetryData | None = getattr(request, "data", None)
    return data
