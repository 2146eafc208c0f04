"""Bodies before anything is known of what they mean: parsed, or refused with a reason."""

import codecs
import json
from typing import Annotated, Any

import pytest
from starlette.responses import Response

from talarian.engine.app.application import Talarian
from talarian.engine.declare.param_functions import Body, Form
from talarian.engine.ground.errors import RequestValidationError
from tests.unit.engine.app.helpers import call

JSON = {"content-type": "application/json"}
app = Talarian()


@app.post("/any")
async def anything(value: Any = Body("nothing")) -> Any:
    return value if not isinstance(value, bytes) else f"bytes {value!r}"


@app.post("/form")
async def form(x: Annotated[int, Form()]) -> int:
    return x


@app.post("/none")
async def none() -> str:
    return "unread"


def parsed(content: bytes, content_type: str | None = "application/json") -> Any:
    headers = {} if content_type is None else {"content-type": content_type}
    status, _, body = call(app, "/any", "POST", headers, content)
    assert status == 200, body
    return json.loads(body)


@pytest.mark.parametrize(
    ("content_type", "is_json"),
    [
        ("application/json", True),
        ("APPLICATION/JSON; charset=utf-8", True),
        ("application/vnd.api+json", True),
        ("application/jsonp", False),
        ("text/json", False),
        ("text/plain", False),
        ("json", False),
        (None, False),
    ],
)
def test_which_media_types_are_json(content_type: str | None, is_json: bool) -> None:
    assert parsed(b"[1]", content_type) == ([1] if is_json else "bytes b'[1]'")


def test_a_lenient_application_takes_what_has_no_type_for_json() -> None:
    lenient = Talarian(strict_content_type=False)
    lenient.post("/")(anything)
    assert call(lenient, "/", "POST", {}, b"[1]")[2] == "[1]"
    assert call(lenient, "/", "POST", {"content-type": "text/plain"}, b"[1]")[2] != "[1]"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_json_may_be_in_any_encoding_of_unicode(encoding: str) -> None:
    assert parsed('{"é": "ü"}'.encode(encoding)) == {"é": "ü"}


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"", "nothing"),
        (b"null", None),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"1" + b"0" * 400, 10**400),
        (b'"\\u00e9"', "é"),
        (b" [ ] ", []),
    ],
)
def test_what_json_says(content: bytes, value: Any) -> None:
    assert parsed(content) == value


@pytest.mark.parametrize(
    ("content", "position", "reason"),
    [
        (b"{", 1, "Expecting property name enclosed in double quotes"),
        (b" ", 1, "Expecting value"),
        (b'{"a":1} x', 8, "Extra data"),
        (b"nul", 0, "Expecting value"),
        (b"\x00", 0, "Expecting value"),
    ],
)
def test_broken_json_is_located(content: bytes, position: int, reason: str) -> None:
    status, _, body = call(app, "/any", "POST", JSON, content)
    assert status == 422
    assert json.loads(body)["detail"] == [
        {
            "type": "json_invalid",
            "loc": ["body", position],
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": reason},
        }
    ]


def test_who_handles_the_error_is_told_what_was_sent() -> None:
    own = Talarian()
    own.post("/")(anything)
    seen: list[Any] = []

    @own.exception_handler(RequestValidationError)
    async def handler(_: Any, error: RequestValidationError) -> Response:
        seen.append((error.body, error.endpoint_path, error.endpoint_function))
        return Response(status_code=499)

    assert call(own, "/", "POST", JSON, b"{")[0] == 499
    assert seen == [("{", "POST /", "anything")]


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": "\xff"}',
        b"\xc3",
        b'{"a": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
    ],
    ids=["not UTF-8", "cut off", "a number of 5000 digits", "100,000 brackets"],
)
def test_what_cannot_be_read_at_all_is_a_400(content: bytes) -> None:
    status, _, body = call(app, "/any", "POST", JSON, content)
    assert (status, json.loads(body)) == (400, {"detail": "There was an error parsing the body"})


def test_a_byte_order_mark_alone_is_an_empty_text() -> None:
    assert call(app, "/any", "POST", JSON, codecs.BOM_UTF8)[0] == 422


def test_a_form_that_is_none() -> None:
    broken = {"content-type": "multipart/form-data"}
    assert call(app, "/form", "POST", broken, b"x")[0] == 400
    assert call(app, "/form", "POST", JSON, b'{"x": 1}')[0] == 422
    urlencoded = {"content-type": "application/x-www-form-urlencoded"}
    assert call(app, "/form", "POST", urlencoded, b"x=1&x=2")[2] == "2"


def test_a_body_nobody_asks_for_is_not_looked_at() -> None:
    assert call(app, "/none", "POST", JSON, b"{")[0] == 200
