"""FastAPI's `fastapi.telemetry._asgi`. It needs OpenTelemetry's API to be installed."""

from ...telemetry.application import has_otel_middleware as _legacy_otel
from ...telemetry.asgi import NativeTelemetry
from ...telemetry.exceptions import ExceptionTelemetryMiddleware

__all__ = [
    "ExceptionTelemetryMiddleware",
    "NativeTelemetry",
    "_legacy_otel",
]
