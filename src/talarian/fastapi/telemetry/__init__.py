"""FastAPI's `fastapi.telemetry`."""

from ...telemetry import (
    TelemetryConfig,
    TelemetryData,
    get_telemetry_data,
    runtime as _runtime,
)

__all__ = [
    "TelemetryConfig",
    "TelemetryData",
    "_runtime",
    "get_telemetry_data",
]
