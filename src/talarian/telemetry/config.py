"""What an application may say about its telemetry."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from starlette.types import Scope
from typing_extensions import TypedDict

if TYPE_CHECKING:
    from opentelemetry._logs import LoggerProvider
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

AUTO_CONFIGURE = "FASTAPI_OTEL_AUTO_CONFIGURE"
"""The environment variable that stands for `auto_configure`: `true`, in any case."""


class TelemetryConfig(TypedDict, total=False):
    """The `telemetry` argument of an application."""

    tracer_provider: "TracerProvider | None"
    """Used instead of the global one."""
    meter_provider: "MeterProvider | None"
    """Used instead of the global one."""
    logger_provider: "LoggerProvider | None"
    """Used instead of the global one."""
    tracing: bool
    """A span for every request and WebSocket connection (default: yes)."""
    metrics: bool
    """Duration and number of requests (default: yes)."""
    logs: bool
    """Records of failed validation and of unhandled exceptions with message and traceback
    (default: yes)."""
    operation_spans: bool
    """Spans for dependencies, endpoint, serialization and background tasks (default: yes)."""
    auto_configure: bool
    """Export to where the `OTEL_EXPORTER_OTLP_*` environment variables say (default: no, or what
    `FASTAPI_OTEL_AUTO_CONFIGURE` says)."""
    exclude: Callable[[Scope], bool] | None
    """Given an ASGI scope: whether to record nothing of that request or connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A `TelemetryConfig` with its defaults filled in."""

    tracer_provider: "TracerProvider | None" = None
    meter_provider: "MeterProvider | None" = None
    logger_provider: "LoggerProvider | None" = None
    tracing: bool = True
    metrics: bool = True
    logs: bool = True
    operation_spans: bool = True
    auto_configure: bool = False
    exclude: Callable[[Scope], bool] | None = None

    @property
    def off(self) -> bool:
        """Whether this can never record anything."""
        return not (self.tracing or self.metrics or self.logs)


def settings_from(config: Mapping[str, Any] | None) -> Settings:
    """Fill in defaults and the environment; keys that are not known are left out.

    Raises:
        TypeError: When `config` is not a dictionary.
    """
    if config is None:
        config = {}
    elif not isinstance(config, Mapping):
        raise TypeError(
            f"telemetry must be a dictionary such as {{'tracing': False}}, not {config!r}"
        )
    given = {name: config[name] for name in _NAMES if name in config}
    given.setdefault("auto_configure", os.environ.get(AUTO_CONFIGURE, "").lower() == "true")
    return Settings(**given)


_NAMES = [field.name for field in fields(Settings)]
