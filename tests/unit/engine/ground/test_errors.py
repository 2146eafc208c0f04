import pytest
from starlette.exceptions import (
    HTTPException as StarletteHTTPException,
    WebSocketException as StarletteWebSocketException,
)

from talarian.engine.ground.errors import (
    EndpointContext,
    HTTPException,
    RequestValidationError,
    ResponseValidationError,
    ValidationException,
    WebSocketException,
    WebSocketRequestValidationError,
)


def test_http_exception_takes_any_detail_and_defaults_to_the_reason_phrase() -> None:
    assert isinstance(HTTPException(404), StarletteHTTPException)
    assert HTTPException(404).detail == "Not Found"
    exc = HTTPException(400, {"why": ["x"]}, {"x-header": "1"})
    assert vars(exc) == {
        "status_code": 400,
        "detail": {"why": ["x"]},
        "headers": {"x-header": "1"},
    }


def test_websocket_exception_reason_defaults_to_empty() -> None:
    assert isinstance(WebSocketException(1008), StarletteWebSocketException)
    assert WebSocketException(1008).reason == ""


def test_validation_exceptions_keep_errors_and_body() -> None:
    errors = [{"type": "missing"}]
    exc = RequestValidationError(errors, body={"a": 1})
    assert exc.errors() is errors
    assert exc.body == {"a": 1}
    assert exc.args == (errors,)
    assert exc.endpoint_ctx is None
    assert not hasattr(WebSocketRequestValidationError(errors), "body")


FULL: EndpointContext = {"function": "f", "file": "/app/m.py", "line": 3, "path": "GET /x"}


@pytest.mark.parametrize(
    ("errors", "context", "text"),
    [
        ([], None, "0 validation errors:"),
        ([{"a": 1}], {}, "1 validation error:\n  {'a': 1}"),
        ([1, 2], None, "2 validation errors:\n  1\n  2"),
        (
            [1],
            FULL,
            '1 validation error:\n  1\n\n  File "/app/m.py", line 3, in f\n    GET /x',
        ),
        (
            [1],
            {"function": "f", "file": "/app/m.py", "line": 3},
            '1 validation error:\n  1\n\n  File "/app/m.py", line 3, in f',
        ),
        ([1], {"path": "GET /x"}, "1 validation error:\n  1\n\n  Endpoint: GET /x"),
        (
            [1],
            {"file": "/app/m.py", "path": "GET /x"},
            "1 validation error:\n  1\n\n  Endpoint: GET /x",
        ),
        ([1], {"function": "f", "file": "/app/m.py"}, "1 validation error:\n  1"),
    ],
)
@pytest.mark.parametrize(
    "kind",
    [
        ValidationException,
        RequestValidationError,
        ResponseValidationError,
        WebSocketRequestValidationError,
    ],
)
def test_text_lists_the_errors_and_says_where(
    kind: type[ValidationException],
    errors: list[object],
    context: EndpointContext | None,
    text: str,
) -> None:
    assert str(kind(errors, endpoint_ctx=context)) == text
