"""FastAPI's `fastapi.telemetry._api`."""

from ...telemetry import (
    TelemetryConfig as TelemetryConfig,
    TelemetryData as TelemetryData,
    get_telemetry_data as get_telemetry_data,
)
from ...telemetry.data import REQUEST_KEY as _REQUEST_TELEMETRY_KEY
from ...telemetry.deferred import is_unconfigured as _unconfigured
from ...telemetry.naming import exception_type as _exception_type
