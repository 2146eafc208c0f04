"""Requests generated from an OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

from talarian.prove import bodies
from talarian.prove.messages import Request
from talarian.prove.requests import generate
from talarian.prove.values import Values

ITEM: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "maxLength": 4},
        "price": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "null"}]},
        "parent": {"anyOf": [{"$ref": "#/components/schemas/Item"}, {"type": "null"}]},
    },
}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/items/{item_id}": {
            "put": {
                "parameters": [
                    {
                        "name": "item_id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer"},
                    },
                    {"name": "q", "in": "query", "schema": {"type": "string", "minLength": 3}},
                    {"name": "x-token", "in": "header", "required": True, "schema": {}},
                ],
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Item"}}
                    }
                },
                "security": [{"bearer": []}],
            }
        },
        "/upload": {
            "post": {
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "properties": {
                                    "file": {"type": "string", "format": "binary"},
                                    "note": {"type": "string"},
                                }
                            }
                        }
                    }
                }
            }
        },
    },
    "components": {
        "schemas": {"Item": ITEM},
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
    },
}


def by_note(requests: list[Request], method: str) -> dict[str, Request]:
    return {each.note: each for each in requests if each.operation.startswith(method)}


def test_the_same_arguments_give_the_same_requests() -> None:
    assert generate(DOCUMENT, ["/docs"], 300) == generate(DOCUMENT, ["/docs"], 300)
    assert generate(DOCUMENT, [], 300, seed=1) != generate(DOCUMENT, [], 300, seed=2)


def test_what_is_required_and_everything() -> None:
    requests = by_note(generate(DOCUMENT, [], 400), "PUT")
    least, whole = requests["only what is required"], requests["everything"]
    assert least.target == "/items/1"
    assert json.loads(least.body) == {"name": "foo"}
    assert dict(least.headers)["authorization"] == "Bearer foo"
    assert whole.target == "/items/1?q=foo"
    found = json.loads(whole.body)
    assert found["price"] > 0
    assert found["parent"]["name"] == "foo", "a recursive model is filled, but not for ever"


def test_broken_requests_of_every_kind() -> None:
    requests = by_note(generate(DOCUMENT, [], 3000), "PUT")
    assert requests["path item_id: text"].target == "/items/x"
    assert requests["query q: twice"].target == "/items/1?q=foo&q=foo"
    assert "x-token" not in dict(requests["header x-token: missing"].headers)
    assert requests["query q: 2 characters, minLength 3"].target == "/items/1?q=xx"
    assert requests["body: content-type None"].headers == requests["no body"].headers
    assert requests["no body"].body == b""
    assert json.loads(requests["body.name: missing"].body).keys() == {"price", "parent"}
    assert json.loads(requests["body.name: null"].body)["name"] is None
    assert b"NaN" in requests["body.price: NaN"].body
    assert "authorization" not in dict(requests["no credentials"].headers)


def test_files_and_fields() -> None:
    requests = by_note(generate(DOCUMENT, [], 3000), "POST /upload")
    whole = requests["everything"]
    assert dict(whole.headers)["content-type"] == "multipart/form-data; boundary=talarian-prove"
    assert b'name="file"; filename="file.txt"' in whole.body
    assert b'name="file"; filename="' not in requests["form.file: a field instead of a file"].body
    assert dict(requests["form: no boundary"].headers)["content-type"] == "multipart/form-data"


def test_other_methods_paths_and_pages() -> None:
    requests = generate(DOCUMENT, ["/docs"], 100)
    around = {(each.method, each.target) for each in requests}
    assert {("GET", "/docs"), ("HEAD", "/docs"), ("TRACE", "/upload")} <= around
    assert {("POST", "/upload/"), ("PUT", "/items/1/"), ("DELETE", "/items/1")} <= around


def test_a_small_budget_keeps_the_sound_requests_of_every_operation() -> None:
    requests = generate(DOCUMENT, [], 1)
    notes = [each.operation for each in requests if each.note == "only what is required"]
    assert notes == ["PUT /items/{item_id}", "POST /upload"]


def test_what_one_operation_does_not_need_goes_to_the_others() -> None:
    document = {**DOCUMENT, "paths": {**DOCUMENT["paths"], "/a": {"get": {}}, "/b": {"get": {}}}}
    requests = generate(document, [], 400)
    assert len(requests) <= 420
    assert sum(each.operation == "PUT /items/{item_id}" for each in requests) > 120


def test_values_keep_to_their_schema() -> None:
    values = Values(DOCUMENT)
    assert values.good({"enum": ["a", "b"]}) == "a"
    assert values.good({"type": "string", "minLength": 5}) == "foooo"
    assert values.good({"type": "integer", "minimum": 10, "multipleOf": 4}) == 12
    assert values.good({"type": "array", "minItems": 2, "items": {"type": "boolean"}}) == [True] * 2
    assert values.good({"type": "string", "example": "bar"}) == "bar"
    matching = values.good({"type": "string", "pattern": "^[a-c]{3}$"})
    assert len(matching) == 3 and set(matching) <= set("abc")
    for _ in range(20):
        assert 5 <= values.surprise({"type": "integer", "minimum": 5, "maximum": 7}) <= 7
    assert "" in [value for _, value in values.borders({"type": "string", "minLength": 1})]


def test_a_body_of_a_list_is_taken_apart() -> None:
    content = {"application/json": {"schema": {"type": "array", "items": ITEM}}}
    notes = {note for _, note, _ in bodies.cases(content, Values(DOCUMENT))}
    assert {"body.0: missing", "body.0.name: missing", "body: cut short"} <= notes
