"""FastAPI's `fastapi.telemetry._asgi`. It needs OpenTelemetry's API to be installed."""

from ...telemetry.application import has_otel_middleware as _legacy_otel
from ...telemetry.asgi import NativeTelemetry as NativeTelemetry
from ...telemetry.exceptions import ExceptionTelemetryMiddleware as ExceptionTelemetryMiddleware
