"""FastAPI's `fastapi.telemetry`."""

from ...telemetry import (
    TelemetryConfig as TelemetryConfig,
    TelemetryData as TelemetryData,
    get_telemetry_data as get_telemetry_data,
    runtime as _runtime,
)
