"""OpenTelemetry: traces, metrics and logs of requests, without an instrumentation package.

https://fastapi.tiangolo.com/advanced/opentelemetry/ says what is recorded. Spans, metrics and
log events have FastAPI's names, so that dashboards and alerts outlive a change of engine.

Nothing here imports OpenTelemetry before somebody in the process has: an application that does
not use it does not pay for it, and runs where it is not installed.
"""

from .config import TelemetryConfig as TelemetryConfig
from .data import TelemetryData as TelemetryData, get_telemetry_data as get_telemetry_data
