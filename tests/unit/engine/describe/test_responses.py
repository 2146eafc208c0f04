from collections.abc import Iterable
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, StreamingResponse

from talarian.engine.ground.sse import EventSourceResponse, ServerSentEvent
from tests.unit.engine.describe.helpers import operation


class Item(BaseModel):
    name: str


class Problem(BaseModel):
    detail: str


ITEM = {"$ref": "#/components/schemas/Item"}
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def read() -> Item:
    raise NotImplementedError


def responses(endpoint: Any = read, **options: Any) -> dict[str, Any]:
    described: dict[str, Any] = operation(endpoint, **options)["responses"]
    return described


def json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def test_the_model_is_the_content() -> None:
    assert responses() == {"200": {"description": "Successful Response", "content": json(ITEM)}}


@pytest.mark.parametrize(
    ("response_class", "status", "content"),
    [
        (JSONResponse, "200", json(ITEM)),
        (HTMLResponse, "200", {"text/html": {"schema": {"type": "string"}}}),
        (RedirectResponse, "307", None),
        (StreamingResponse, "200", None),
    ],
)
def test_the_class_decides_about_status_and_content(
    response_class: Any, status: str, content: Any
) -> None:
    described = responses(response_class=response_class)
    assert described[status].get("content") == content


def test_no_content_no_schema() -> None:
    def delete() -> None: ...

    assert responses(delete, status_code=204) == {"204": {"description": "Successful Response"}}


def test_additional_responses_merge_with_what_is_known() -> None:
    example = {"application/json": {"example": {"name": "Lamp"}}, "image/png": {}}
    given = {
        200: {"description": "An item", "content": example},
        404: {"model": Problem},
        "5xx": {},
        "default": {"description": "Odd"},
    }
    described = responses(responses=given)
    assert described["200"] == {
        "description": "An item",
        "content": {
            "application/json": {"schema": ITEM, "example": {"name": "Lamp"}},
            "image/png": {},
        },
    }
    assert described["404"] == {"description": "Not Found", "content": json(PROBLEM)}
    assert described["5XX"] == {"description": "Server Error"}
    assert described["default"] == {"description": "Odd"}
    assert "schema" not in example["application/json"]


def test_a_key_that_is_no_status_is_an_error() -> None:
    with pytest.raises(ValueError, match="invalid literal for int"):
        responses(responses={"oops": {"description": "Never"}})


@pytest.mark.parametrize("code", [422, "4XX", "default"])
def test_validation_errors_are_described_unless_the_route_does(code: int | str) -> None:
    def create(item: Item) -> None: ...

    assert responses(create)["422"]["description"] == "Validation Error"
    told = responses(create, responses={code: {"description": "Mine"}})
    assert told.keys() == {"200", str(code)}


def test_streams_describe_their_items() -> None:
    def lines() -> Iterable[Item]:
        yield Item(name="Lamp")

    def events() -> Iterable[ServerSentEvent]:
        yield ServerSentEvent(data=1)

    assert responses(lines)["200"]["content"] == {"application/jsonl": {"itemSchema": ITEM}}
    typed = responses(lines, response_class=EventSourceResponse)["200"]["content"]
    data = typed["text/event-stream"]["itemSchema"]["properties"]["data"]
    assert data == {"type": "string", "contentMediaType": "application/json", "contentSchema": ITEM}
    untyped = responses(events, response_class=EventSourceResponse)["200"]["content"]
    assert "required" not in untyped["text/event-stream"]["itemSchema"]
