"""FastAPI's `fastapi.telemetry._api`."""

from ...telemetry import (
    TelemetryConfig,
    TelemetryData,
    get_telemetry_data,
)
from ...telemetry.data import REQUEST_KEY as _REQUEST_TELEMETRY_KEY
from ...telemetry.deferred import is_unconfigured as _unconfigured
from ...telemetry.naming import exception_type as _exception_type

__all__ = [
    "_REQUEST_TELEMETRY_KEY",
    "TelemetryConfig",
    "TelemetryData",
    "_exception_type",
    "_unconfigured",
    "get_telemetry_data",
]
