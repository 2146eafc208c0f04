"""Every exception and warning the engine raises on purpose."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from pydantic import BaseModel, create_model
from starlette.exceptions import (
    HTTPException as StarletteHTTPException,
    WebSocketException as StarletteWebSocketException,
)


class HTTPException(StarletteHTTPException):
    """Raise to answer with an HTTP error.

    `detail` is sent as JSON and may be any JSON-serialisable value; without one it is the reason
    phrase of `status_code` (RFC 9110, section 15). `headers` are added to the response.
    See https://fastapi.tiangolo.com/tutorial/handling-errors/.
    """

    def __init__(
        self,
        status_code: int,
        detail: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status_code=status_code, detail=detail, headers=headers)


class WebSocketException(StarletteWebSocketException):
    """Raise to close a WebSocket with a close `code` (RFC 6455, section 7.4.1) and a `reason`.

    The reason is UTF-8 text of at most 123 bytes.
    """

    def __init__(self, code: int, reason: str | None = None) -> None:
        super().__init__(code=code, reason=reason)


class TalarianError(RuntimeError):
    """A mistake in how the framework is used, found while declaring or running an application."""


class DependencyScopeError(TalarianError):
    """A dependency of scope "request" depends on one of scope "function", which ends earlier."""


class PydanticV1NotSupportedError(TalarianError):
    """A pydantic v1 model was used; the engine speaks pydantic v2 only."""


class TalarianDeprecationWarning(UserWarning):
    """Deprecation meant for application authors.

    A `UserWarning`, because Python hides `DeprecationWarning` outside of `__main__` and tests.
    """


class EndpointContext(TypedDict, total=False):
    """Where the endpoint that failed is written: shown in the text of validation exceptions."""

    function: str
    path: str
    """Method and path, such as `GET /items/{item_id}`."""
    file: str
    line: int


class ValidationException(Exception):
    """Data that came in or was about to go out did not match its declaration.

    `errors` are pydantic's error dictionaries.
    """

    def __init__(
        self,
        errors: Sequence[Any],
        *,
        endpoint_ctx: EndpointContext | None = None,
    ) -> None:
        super().__init__(errors)
        context: EndpointContext = endpoint_ctx or {}
        self._errors = errors
        self.endpoint_ctx = endpoint_ctx
        self.endpoint_function = context.get("function")
        self.endpoint_path = context.get("path")
        self.endpoint_file = context.get("file")
        self.endpoint_line = context.get("line")

    def errors(self) -> Sequence[Any]:
        return self._errors

    def __str__(self) -> str:
        count = len(self._errors)
        lines = [f"{count} validation error{'' if count == 1 else 's'}:"]
        lines += [f"  {error}" for error in self._errors]
        if location := self._location():
            lines += ["", *location]
        return "\n".join(lines)

    def _location(self) -> list[str]:
        """The endpoint in the format of a traceback, which editors turn into a link."""
        path = self.endpoint_path
        if self.endpoint_file and self.endpoint_line and self.endpoint_function:
            place = f'  File "{self.endpoint_file}", line {self.endpoint_line}'
            source = f"{place}, in {self.endpoint_function}"
            return [source, f"    {path}"] if path else [source]
        return [f"  Endpoint: {path}"] if path else []


class _HTTPValidationException(ValidationException):
    """`body` is the data that was refused, as it was after parsing."""

    def __init__(
        self,
        errors: Sequence[Any],
        *,
        body: Any = None,
        endpoint_ctx: EndpointContext | None = None,
    ) -> None:
        super().__init__(errors, endpoint_ctx=endpoint_ctx)
        self.body = body


class RequestValidationError(_HTTPValidationException):
    """The request does not match the endpoint's parameters: answered with 422."""


class ResponseValidationError(_HTTPValidationException):
    """The endpoint returned what its response model forbids: a bug of the server, a 500."""


class WebSocketRequestValidationError(ValidationException):
    """The handshake does not match the endpoint's parameters: the connection is closed."""


# FastAPI's public names for two empty models; nothing in the engine reads them.
RequestErrorModel: type[BaseModel] = create_model("Request")
WebSocketErrorModel: type[BaseModel] = create_model("WebSocket")
