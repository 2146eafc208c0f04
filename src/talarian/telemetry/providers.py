"""OpenTelemetry's providers, and what is made from them once and used for every request."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from opentelemetry import _logs, metrics, trace
from opentelemetry._logs import Logger
from opentelemetry.metrics import Histogram, UpDownCounter
from opentelemetry.trace import Tracer

from .attributes import SCHEMA_URL
from .config import Settings
from .deferred import is_unconfigured

# FastAPI's, like the names of spans: see the package's docstring.
_SCOPE_NAME = "fastapi"
_SCOPE_VERSION = "0.165.0"

# Seconds, as the semantic conventions advise.
_DURATION_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)

T = TypeVar("T")


class Instruments:
    """The two instruments of HTTP servers."""

    def __init__(self, provider: metrics.MeterProvider) -> None:
        meter = provider.get_meter(_SCOPE_NAME, _SCOPE_VERSION, schema_url=SCHEMA_URL)
        self.duration: Histogram = meter.create_histogram(
            "http.server.request.duration",
            unit="s",
            description="Duration of HTTP server requests.",
            explicit_bucket_boundaries_advisory=_DURATION_BOUNDS,
        )
        self.active: UpDownCounter = meter.create_up_down_counter(
            "http.server.active_requests",
            unit="{request}",
            description="Number of active HTTP server requests.",
        )


class _Signal(Generic[T]):
    """What is made from the provider of one signal, and made again when that changes."""

    def __init__(
        self, explicit: Any, find_global: Callable[[], Any], make: Callable[[Any], T]
    ) -> None:
        self._explicit = explicit
        self._find_global = find_global
        self._make = make
        self._made: tuple[Any, T] | None = None

    def provider(self) -> Any:
        """The provider; `None` when nobody has configured one."""
        provider = self._explicit
        if provider is None or is_unconfigured(provider):
            provider = self._find_global()
        return None if is_unconfigured(provider) else provider

    def get(self) -> T | None:
        provider = self.provider()
        if provider is None:
            return None
        made = self._made
        if made is None or made[0] is not provider:
            made = self._made = (provider, self._make(provider))
        return made[1]


class _Off:
    """A signal that is switched off."""

    def provider(self) -> None:
        return None

    def get(self) -> None:
        return None


class Providers:
    """The signals of one application. Global providers are asked for anew each time."""

    def __init__(self, settings: Settings) -> None:
        # Through the modules: tools replace these functions to see what is asked for.
        self.tracer: _Signal[Tracer] | _Off = _Off()
        self.instruments: _Signal[Instruments] | _Off = _Off()
        self.logger: _Signal[Logger] | _Off = _Off()
        if settings.tracing:
            self.tracer = _Signal(
                settings.tracer_provider, lambda: trace.get_tracer_provider(), _tracer
            )
        if settings.metrics:
            self.instruments = _Signal(
                settings.meter_provider, lambda: metrics.get_meter_provider(), Instruments
            )
        if settings.logs:
            self.logger = _Signal(
                settings.logger_provider, lambda: _logs.get_logger_provider(), _logger
            )

    def any(self) -> bool:
        """Whether there is a provider for any signal."""
        return any(
            signal.provider() is not None for signal in (self.tracer, self.instruments, self.logger)
        )


def _tracer(provider: trace.TracerProvider) -> Tracer:
    return provider.get_tracer(_SCOPE_NAME, _SCOPE_VERSION, schema_url=SCHEMA_URL)


def _logger(provider: _logs.LoggerProvider) -> Logger:
    return provider.get_logger(_SCOPE_NAME, _SCOPE_VERSION, schema_url=SCHEMA_URL)
