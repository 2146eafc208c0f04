"""The observer of one request or WebSocket connection."""

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import time_ns
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry._logs import Logger, SeverityNumber
from opentelemetry.trace import Span, StatusCode, Tracer
from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection, Request
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from ..engine.ground.errors import (
    RequestValidationError,
    ValidationException,
    WebSocketRequestValidationError,
)
from ..engine.ground.observe import Operation
from .data import TelemetryData
from .naming import exception_type, function_module, function_name
from .templates import Templates

WEBSOCKET = "WS"

_NO_OPERATION = nullcontext()
_ENGINE = f"{__name__.partition('.')[0]}.engine."

# Raised to give an answer. A background task has nobody to answer: there they are failures.
_ANSWERS = (
    HTTPException,
    WebSocketException,
    RequestValidationError,
    WebSocketRequestValidationError,
)
_NORMAL_CLOSURES = (1000, 1001)
"""RFC 6455, section 7.4.1: the purpose is fulfilled; the endpoint is going away."""


class RequestTelemetry:
    """Records one request. Its data ends with it, whoever keeps a context that it is in.

    Args:
        span: The span of the whole request, when there is tracing.
        name: What the span's name begins with: the method, or `WS`.
        tracer: For the spans of operations, when they are wanted.
        logger: For validation failures and unhandled exceptions, when they are wanted.
    """

    def __init__(
        self, *, span: Span | None, name: str, tracer: Tracer | None, logger: Logger | None
    ) -> None:
        self.span = span
        self.data: TelemetryData | None = TelemetryData()
        self.route: str | None = None
        self.error_type: str | None = None
        self._name = name
        self._tracer = tracer
        self._logger = logger
        self._templates = Templates()
        self._reported: list[BaseException] = []

    # What the engine tells.

    def routed(self, scope: Scope, route: Any) -> None:
        template = self._templates.resolve(scope, route)
        if template is None:
            return
        self.route = template
        if self.span is not None:
            self.span.update_name(f"{self._name} {template}")
            self.span.set_attribute("http.route", template)

    def connected(self, connection: HTTPConnection) -> None:
        if self.data is None:
            return
        if isinstance(connection, Request):
            self.data.request = connection
        elif isinstance(connection, WebSocket):
            self.data.websocket = connection

    def received(self, body: Any) -> None:
        if self.data is not None:
            self.data.body = body

    def solved(self, values: dict[str, Any], errors: Sequence[Any]) -> None:
        if self.data is not None:
            self.data.values, self.data.errors = values, errors

    def refused(self, error: ValidationException) -> None:
        errors = error.errors()
        if self.data is not None:
            self.data.errors = errors
            if isinstance(error, RequestValidationError):
                self.data.body = error.body
        self._log(
            "fastapi.validation.failed",
            SeverityNumber.WARN,
            "Request validation failed",
            {"fastapi.validation.error_count": len(errors)},
        )

    def operation(
        self, name: Operation, function: Callable[..., Any]
    ) -> AbstractContextManager[None]:
        # The engine's own endpoints, such as those for files, are no steps of the application.
        if self._tracer is None or function_module(function).startswith(_ENGINE):
            return _NO_OPERATION
        return self._traced(self._tracer, name, function)

    @contextmanager
    def _traced(
        self, tracer: Tracer, name: Operation, function: Callable[..., Any]
    ) -> Generator[None]:
        with tracer.start_as_current_span(
            f"fastapi.{name}",
            attributes={"code.function.name": function_name(function)},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except Exception as error:
                if name == "background_task" or not is_answer(error):
                    span.set_attribute("error.type", exception_type(error))
                    span.set_status(StatusCode.ERROR)
                raise

    # What happens around the engine.

    def unhandled(self, error: BaseException) -> None:
        """Nobody handled `error`. It is recorded once, by whoever meets it first."""
        if is_normal_disconnect(error) or any(error is known for known in self._reported):
            return
        self._reported.append(error)
        if self.error_type is None:
            self.error_type = exception_type(error)
        if isinstance(error, Exception):
            self._log_exception(error)

    def end(self) -> None:
        """End the span, as an error if there was one."""
        if self.span is None:
            return
        if self.error_type is not None:
            self.span.set_attribute("error.type", self.error_type)
            self.span.set_status(StatusCode.ERROR)
        self.span.end()

    def forget(self) -> None:
        """Let go of the request's objects."""
        self.data = None
        self._reported.clear()

    def _log_exception(self, error: Exception) -> None:
        if self._name == WEBSOCKET:
            event, what = "fastapi.websocket.exception", "WebSocket connection"
        else:
            event, what = "http.server.request.exception", "request"
        self._log(
            event,
            SeverityNumber.ERROR,
            f"Unhandled exception in FastAPI {what}",
            {"exception.type": exception_type(error)},
            error,
        )

    def _log(
        self,
        event: str,
        severity: SeverityNumber,
        body: str,
        attributes: dict[str, Any],
        error: Exception | None = None,
    ) -> None:
        if self._logger is None:
            return
        if self.route is not None:
            attributes["http.route"] = self.route
        self._logger.emit(
            timestamp=time_ns(),
            context=otel_context.get_current(),
            severity_number=severity,
            severity_text=severity.name,
            body=body,
            attributes=attributes,
            event_name=event,
            exception=error,
        )


def is_answer(error: BaseException) -> bool:
    """Whether `error` is a way to answer, or the client's to hang up, rather than a failure."""
    return isinstance(error, _ANSWERS) or is_normal_disconnect(error)


def is_normal_disconnect(error: BaseException) -> bool:
    return isinstance(error, WebSocketDisconnect) and error.code in _NORMAL_CLOSURES
