"""Traces, metrics and logs: how each is exported with the OpenTelemetry SDK, if it is installed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from opentelemetry import _logs, metrics, trace
from opentelemetry.exporter.otlp.proto.http import _log_exporter, metric_exporter, trace_exporter
from opentelemetry.sdk import _logs as sdk_logs, metrics as sdk_metrics, trace as sdk_trace
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One kind of telemetry."""

    name: str
    """As environment variables spell it."""
    setting: str
    """The key of `TelemetryConfig` that gives its provider."""
    adder: str
    """The method of an SDK provider that takes what `exporting` makes."""
    current: Callable[[], Any]
    """Return the global provider."""
    install: Callable[[Any], None]
    """Set the global provider, unless there is one."""
    new_provider: Callable[[Any], Any]
    """Make an SDK provider that exports with what `exporting` makes."""
    exporting: Callable[[str], Any]
    """Make what sends this signal to a URL, in batches."""

    def add(self, provider: Any, component: Any) -> None:
        getattr(provider, self.adder)(component)


def _tracer_provider(processor: BatchSpanProcessor) -> Any:
    provider = sdk_trace.TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return provider


def _logger_provider(processor: BatchLogRecordProcessor) -> Any:
    provider = sdk_logs.LoggerProvider(shutdown_on_exit=False)
    provider.add_log_record_processor(processor)
    return provider


# The functions look their names up when called: tools and tests replace them in these modules.
SIGNALS = {
    signal.name: signal
    for signal in (
        Signal(
            name="TRACES",
            setting="tracer_provider",
            adder="add_span_processor",
            current=lambda: trace.get_tracer_provider(),
            install=lambda provider: trace.set_tracer_provider(provider),
            new_provider=_tracer_provider,
            exporting=lambda url: BatchSpanProcessor(trace_exporter.OTLPSpanExporter(endpoint=url)),
        ),
        Signal(
            name="METRICS",
            setting="meter_provider",
            adder="add_metric_reader",
            current=lambda: metrics.get_meter_provider(),
            install=lambda provider: metrics.set_meter_provider(provider),
            # Given early: a reader that is added later is not flushed with its provider.
            new_provider=lambda reader: sdk_metrics.MeterProvider(
                metric_readers=[reader], shutdown_on_exit=False
            ),
            exporting=lambda url: PeriodicExportingMetricReader(
                metric_exporter.OTLPMetricExporter(endpoint=url)
            ),
        ),
        Signal(
            name="LOGS",
            setting="logger_provider",
            adder="add_log_record_processor",
            current=lambda: _logs.get_logger_provider(),
            install=lambda provider: _logs.set_logger_provider(provider),
            new_provider=_logger_provider,
            exporting=lambda url: BatchLogRecordProcessor(
                _log_exporter.OTLPLogExporter(endpoint=url)
            ),
        ),
    )
}
