"""Telemetry around an ASGI application."""

from collections.abc import Generator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from opentelemetry import context as otel_context, propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Tracer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..engine.ground.observe import NOBODY, Observer, watching
from .attributes import (
    HeadersGetter,
    known_methods,
    request_attributes,
    request_span_attributes,
    websocket_span_attributes,
)
from .config import Settings
from .data import REQUEST_KEY
from .exceptions import SCOPE_KEY
from .providers import Instruments, Providers
from .request import WEBSOCKET, RequestTelemetry

_HEADERS = HeadersGetter()


class NativeTelemetry:
    """Records the requests and WebSocket connections of one application."""

    def __init__(self, config: Settings) -> None:
        self.config = config
        self._providers = Providers(config)
        self._known_methods = known_methods()

    def enabled(self) -> bool:
        """Whether there is a provider for anything that is to be recorded."""
        return self._providers.any()

    async def __call__(
        self,
        *,
        app: ASGIApp,
        scope: Scope,
        receive: Receive,
        send: Send,
        legacy_otel: bool = False,
    ) -> None:
        """Serve a connection with `app` and record it.

        Args:
            legacy_otel: An instrumentation package records this application already.
        """
        # A connection belongs to the outermost application: it has recorded or excluded it.
        if legacy_otel or SCOPE_KEY in scope:
            await app(scope, receive, send)
        elif self.config.exclude is not None and self.config.exclude(scope):
            outside = otel_context.set_value(REQUEST_KEY, None)
            with _entered(scope, None, outside):
                await app(scope, receive, send)
        elif scope["type"] == "http":
            await self._serve_http(app, scope, receive, send)
        else:
            await self._serve_websocket(app, scope, receive, send)

    async def _serve_http(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        tracer, instruments = self._providers.tracer.get(), self._providers.instruments.get()
        parent = propagate.extract(Headers(scope=scope), getter=_HEADERS)
        common = request_attributes(scope, self._known_methods)
        method = common["http.request.method"]
        name = "HTTP" if method == "_OTHER" else method
        version = scope.get("http_version")
        started = {**common, "network.protocol.version": version} if version else common
        span = None
        if tracer is not None:
            attributes = {**started, **request_span_attributes(scope, common)}
            span = _started(tracer, name, parent, attributes)
        request = self._observer(span, name, tracer)
        exchange = _Exchange(request, instruments, common, started)
        with _entered(scope, request, _inside(parent, request)):
            await exchange.serve(app, scope, receive, send)

    async def _serve_websocket(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send
    ) -> None:
        tracer = self._providers.tracer.get()
        if tracer is None and self._providers.logger.get() is None:
            await app(scope, receive, send)
            return
        parent = propagate.extract(Headers(scope=scope), getter=_HEADERS)
        span = None
        if tracer is not None:
            span = _started(tracer, WEBSOCKET, parent, websocket_span_attributes(scope))
        request = self._observer(span, WEBSOCKET, tracer)
        with _entered(scope, request, _inside(parent, request)):
            try:
                await app(scope, receive, send)
            except BaseException as error:
                request.unhandled(error)
                raise
            finally:
                request.end()

    def _observer(self, span: Span | None, name: str, tracer: Tracer | None) -> RequestTelemetry:
        return RequestTelemetry(
            span=span,
            name=name,
            tracer=tracer if self.config.operation_spans else None,
            logger=self._providers.logger.get(),
        )


class _Exchange:
    """One HTTP request until its response is complete, which may be long before `app` returns."""

    def __init__(
        self,
        request: RequestTelemetry,
        instruments: Instruments | None,
        common: dict[str, Any],
        started: dict[str, Any],
    ) -> None:
        self._request = request
        self._instruments = instruments
        self._common = common
        self._attributes = dict(started)
        self._start = perf_counter()
        self._ended = False
        self._disconnected = False
        self._trailers = False

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        async def observed_receive() -> Message:
            message = await receive()
            self._disconnected |= message["type"] == "http.disconnect"
            return message

        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._begin(message)
            await send(message)
            if self._is_last(message):
                self._end()

        if self._instruments is not None:
            self._instruments.active.add(1, self._common)
        try:
            await app(scope, observed_receive, observed_send)
        except BaseException as error:
            self._request.unhandled(error)
            raise
        else:
            if not self._ended and self._request.error_type is None:
                # Nothing was raised, and still the client did not get a whole response.
                cut = ConnectionError if self._disconnected else RuntimeError
                self._request.error_type = cut.__name__
        finally:
            self._end()

    def _begin(self, message: Message) -> None:
        self._trailers = message.get("trailers", False)
        status: int = message["status"]
        self._attributes["http.response.status_code"] = status
        if self._request.span is not None:
            self._request.span.set_attribute("http.response.status_code", status)
        if status >= 500 and self._request.error_type is None:
            self._request.error_type = str(status)

    def _is_last(self, message: Message) -> bool:
        match message["type"]:
            case "http.response.body" | "http.response.zerocopysend":
                return not self._trailers and not message.get("more_body", False)
            case "http.response.pathsend":
                return not self._trailers
            case "http.response.trailers":
                return not message.get("more_trailers", False)
            case _:
                return False

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        self._request.end()
        if self._instruments is None:
            return
        if self._request.route is not None:
            self._attributes["http.route"] = self._request.route
        if self._request.error_type is not None:
            self._attributes["error.type"] = self._request.error_type
        self._instruments.duration.record(perf_counter() - self._start, self._attributes)
        self._instruments.active.add(-1, self._common)


def _started(tracer: Tracer, name: str, parent: Context, attributes: dict[str, Any]) -> Span:
    return tracer.start_span(name, parent, SpanKind.SERVER, attributes)


def _inside(parent: Context, request: RequestTelemetry) -> Context:
    """The context of everything that happens in a request."""
    inside = otel_context.set_value(REQUEST_KEY, request, parent)
    return inside if request.span is None else trace.set_span_in_context(request.span, inside)


@contextmanager
def _entered(scope: Scope, request: RequestTelemetry | None, context: Context) -> Generator[None]:
    """Make `request` the observer; `None` makes sure that there is none."""
    observer: Observer = NOBODY if request is None else request
    scope[SCOPE_KEY] = request
    watched = watching.set(observer)
    attached = otel_context.attach(context)
    try:
        yield
    finally:
        otel_context.detach(attached)
        watching.reset(watched)
        scope.pop(SCOPE_KEY, None)
        if request is not None:
            request.forget()
