"""The observer of one application: it stays out of the way until there is something to record."""

import sys
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

from . import runtime
from .config import Settings, settings_from
from .exceptions import ExceptionTelemetryMiddleware

if TYPE_CHECKING:
    from .asgi import NativeTelemetry


def application_telemetry(config: Mapping[str, Any] | None) -> "ApplicationTelemetry | None":
    """Return the observer of an application; `None` when it can never record anything.

    Raises:
        TypeError: When `config` is not a dictionary.
        RuntimeError: When telemetry was asked for and OpenTelemetry is not installed.
    """
    settings = settings_from(config)
    if settings.off:
        return None
    if not _is_installed():
        if config:
            raise RuntimeError(
                "telemetry was configured, but OpenTelemetry is not installed: "
                'pip install "talarian[telemetry]"'
            )
        return None
    return ApplicationTelemetry(settings)


@cache
def _is_installed() -> bool:
    return find_spec("opentelemetry") is not None


class ApplicationTelemetry:
    """Observes the connections of one application, and its lifespan to flush what was recorded."""

    middleware = ExceptionTelemetryMiddleware

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stack: Any = None
        self._instrumented = False

    async def serve(
        self, app: Any, inner: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if scope["type"] == "lifespan":
            await runtime.lifespan(
                config=self.settings, app=inner, scope=scope, receive=receive, send=send
            )
        elif not self.active():
            await inner(scope, receive, send)
        else:
            await self.native(
                app=inner,
                scope=scope,
                receive=receive,
                send=send,
                legacy_otel=self._is_instrumented(app),
            )

    def active(self) -> bool:
        """Whether anything would be recorded now: providers may be set at any time.

        Whoever sets one has imported OpenTelemetry, so before that there is nothing to ask.
        """
        return "opentelemetry.context" in sys.modules and self.native.enabled()

    @cached_property
    def native(self) -> "NativeTelemetry":
        from .asgi import NativeTelemetry

        return NativeTelemetry(self.settings)

    def _is_instrumented(self, app: Any) -> bool:
        """Whether an instrumentation package has put its own middleware into the stack."""
        if app.middleware_stack is None:
            app.middleware_stack = app.build_middleware_stack()
        if self._stack is not app.middleware_stack:
            self._stack = app.middleware_stack
            self._instrumented = has_otel_middleware(self._stack)
        return self._instrumented


def has_otel_middleware(stack: Any) -> bool:
    """Whether a stack of ASGI middleware contains OpenTelemetry's, by any subclass."""
    while stack is not None:
        if any(_is_otel_middleware(cls) for cls in type(stack).__mro__):
            return True
        stack = getattr(stack, "app", None)
    return False


def _is_otel_middleware(cls: type) -> bool:
    # By name: the package may not be installed.
    return (
        cls.__name__ == "OpenTelemetryMiddleware"
        and cls.__module__ == "opentelemetry.instrumentation.asgi"
    )
