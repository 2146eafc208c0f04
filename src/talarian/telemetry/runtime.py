"""Export as the environment says: exporters are made at start-up, flushed and shut down by us.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/ defines the variables. Only
OTLP over HTTP is set up here; everything else is configured by the application itself.
"""

import atexit
import logging
import os
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..engine.ground.errors import TalarianError
from .config import Settings
from .deferred import is_unconfigured

if TYPE_CHECKING:
    from .signals import Signal

logger = logging.getLogger("fastapi")

_owned: list[Any] = []
"""Providers that were made here, and what was added to those of others: ours to shut down."""

_configured: list[tuple[str, Any]] = []
"""Signals and the providers that have our exporter already; applications share providers."""

_lock = Lock()

_PROTOCOL = "http/protobuf"
_LAST_MESSAGES = frozenset(
    {"lifespan.startup.failed", "lifespan.shutdown.complete", "lifespan.shutdown.failed"}
)


async def lifespan(
    *, config: Settings, app: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Serve an application's lifespan: exporters before it starts, a flush before it has ended.

    An exporter that cannot be set up is a warning. It never keeps an application from starting.
    """

    async def flushing_send(message: Message) -> None:
        if _owned and message["type"] in _LAST_MESSAGES:
            await run_sync(_flush)
        await send(message)

    if config.auto_configure:
        try:
            await run_sync(_configure_from_environment, config)
        except Exception as error:
            logger.warning("FastAPI telemetry is not exported: %s", error)
    await app(scope, receive, flushing_send)


def _configure_from_environment(config: Settings) -> None:
    """Add an exporter to the provider of every signal that the environment has an endpoint for.

    Raises:
        TalarianError: When a variable is wrong, the SDK is missing, or a provider is of a kind
            that exporters cannot be added to.
    """
    if not config.auto_configure or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return
    wanted = {"TRACES": config.tracing, "METRICS": config.metrics, "LOGS": config.logs}
    found = {name: _export_endpoint(name) for name, is_wanted in wanted.items() if is_wanted}
    endpoints = {name: endpoint for name, endpoint in found.items() if endpoint is not None}
    if not endpoints:
        return
    try:
        from .signals import SIGNALS
    except ImportError as error:
        raise TalarianError(
            "the OpenTelemetry SDK and its OTLP exporter are not installed. Install "
            '"talarian[telemetry]" (or "fastapi[opentelemetry]", which brings the same).'
        ) from error
    with _lock:
        for name, endpoint in endpoints.items():
            signal = SIGNALS[name]
            _configure(signal, getattr(config, signal.setting), endpoint)


def _configure(signal: "Signal", explicit: Any, endpoint: str) -> None:
    """Export one signal to `endpoint`, through its provider if there is one, else through a new."""
    provider = explicit
    if provider is None or is_unconfigured(provider):
        provider = signal.current()
    if is_unconfigured(provider):
        ours = signal.new_provider(signal.exporting(endpoint))
        signal.install(ours)
        provider = signal.current()
        if provider is ours:
            _own(ours)
            _configured.append((signal.name, ours))
            return
        # Somebody else was faster, and the first one counts.
        ours.shutdown()
    target = _registration_provider(provider)
    if any(name == signal.name and known is target for name, known in _configured):
        return
    if not hasattr(target, signal.adder):
        raise TalarianError(
            f"{type(target).__name__} does not support adding an OTLP exporter. Configure one "
            "explicitly and pass telemetry={'auto_configure': False} to the application."
        )
    component = signal.exporting(endpoint)
    try:
        signal.add(target, component)
    except Exception:
        component.shutdown()
        raise
    _own(component)
    _configured.append((signal.name, target))


def _registration_provider(provider: Any) -> Any:
    """The provider that exporters can be added to: some wrap one without passing that on."""
    adders = ("add_span_processor", "add_metric_reader", "add_log_record_processor")
    if any(hasattr(provider, adder) for adder in adders):
        return provider
    return getattr(provider, "provider", provider)


def _export_endpoint(signal: str) -> str | None:
    """The URL to send a signal to; `None` when there is none or it is not to be exported.

    Args:
        signal: `TRACES`, `METRICS` or `LOGS`.

    Raises:
        TalarianError: When a variable says what is not supported here.
    """
    own, base = _variable(f"EXPORTER_OTLP_{signal}_ENDPOINT"), _variable("EXPORTER_OTLP_ENDPOINT")
    if not own and not base:
        return None
    exporter = _variable(f"{signal}_EXPORTER").lower()
    if exporter == "none":
        return None
    elsewhere = "explicitly and pass telemetry={'auto_configure': False} to the application."
    if exporter not in ("", "otlp"):
        raise TalarianError(
            f"OTEL_{signal}_EXPORTER may be otlp or none for automatic telemetry. "
            f"Configure other exporters {elsewhere}"
        )
    protocol = _variable(f"EXPORTER_OTLP_{signal}_PROTOCOL") or _variable("EXPORTER_OTLP_PROTOCOL")
    if protocol not in ("", _PROTOCOL):
        raise TalarianError(
            f"Automatic telemetry speaks OTLP over {_PROTOCOL}, not {protocol}. "
            f"Configure other transports {elsewhere}"
        )
    endpoint = own or f"{base.rstrip('/')}/v1/{signal.lower()}"
    url = urlsplit(endpoint)
    if url.scheme not in ("http", "https") or not url.netloc:
        raise TalarianError(
            f"The OTLP endpoint for {signal.lower()} must be an absolute HTTP or HTTPS URL."
        )
    return endpoint


def _variable(name: str) -> str:
    """An `OTEL_` variable; one that is empty counts as not set."""
    return os.environ.get(f"OTEL_{name}", "")


def _own(component: Any) -> None:
    if not _owned:
        atexit.register(_shutdown)
    _owned.append(component)


def _flush() -> None:
    """Send what is waiting. It blocks, until a collector that does not answer is given up."""
    for component in list(_owned):
        _quietly(component.force_flush)


def _shutdown() -> None:
    """Send what is waiting and stop exporting. Providers of others go on."""
    with _lock:
        components = list(_owned)
        _owned.clear()
    atexit.unregister(_shutdown)
    for component in components:
        _quietly(component.shutdown)


def _quietly(action: Any) -> None:
    try:
        action()
    except Exception:
        logger.warning("FastAPI telemetry cleanup failed", exc_info=True)
