"""Providers that are only a promise of one."""

from typing import Any

# What OpenTelemetry's API answers while nobody has set a global provider. They are not public.
_DEFERRED = frozenset(
    {
        ("opentelemetry.trace", "ProxyTracerProvider"),
        ("opentelemetry.metrics._internal", "_ProxyMeterProvider"),
        ("opentelemetry._logs._internal", "ProxyLoggerProvider"),
    }
)


def is_unconfigured(provider: Any) -> bool:
    """Whether `provider` stands for one that may be set later."""
    cls = type(provider)
    return (cls.__module__, cls.__qualname__) in _DEFERRED
