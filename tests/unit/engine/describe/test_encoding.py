from typing import Any

import pytest
from pydantic import ValidationError

from talarian.engine.describe import encoding
from talarian.engine.describe.encoding import encoded
from talarian.engine.fields.encode import jsonable_encoder
from talarian.engine.spec.models import OpenAPI

INFO = {"title": "Shop", "version": "1"}
LARGE: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {**INFO, "x-extra": None},
    "servers": [{"url": "https://example.org", "x-null": None}],
    "paths": {
        f"/{number}": {
            "get": {
                "responses": {"200": {"description": "OK", "x-order": [{"b": 1, "a": None}, None]}},
                "operationId": f"get_{number}",
                "x-of-path": {"_sa_state": 1, "kept": {"nan": float("inf"), "none": None}},
            },
            "x-path": number,
        }
        for number in range(100)
    },
    "webhooks": {"new": {"post": {"responses": {}}}},
    "components": {
        "schemas": {
            f"Model{number}": {
                "type": "object",
                "title": "Model",
                "properties": {"a": {"default": None, "examples": [None, 1.5, True]}},
                "x-null": None,
            }
            for number in range(100)
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "k"}},
        "x-components": 1,
    },
    "tags": [{"name": "a"}],
    "x-last": {"a": [None, {"b": None}]},
}


@pytest.mark.parametrize(
    "document",
    [
        LARGE,
        {"openapi": "3.1.0", "info": INFO, "paths": {}},
        {"openapi": "3.1.0", "info": INFO, "components": {"securitySchemes": {}}},
        {"openapi": "3.1.0", "info": INFO, "paths": {"/": "not a path item at all"}},
    ],
)
def test_parts_are_the_whole(document: dict[str, Any]) -> None:
    whole = jsonable_encoder(OpenAPI.model_validate(document), by_alias=True, exclude_none=True)
    # As text, because an object's order counts.
    assert repr(encoded(document)) == repr(whole)


def test_large_documents_are_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    at_once = encoding._at_once

    def measured(document: dict[str, Any]) -> dict[str, Any]:
        sizes.append(len(document.get("paths", ())))
        return at_once(document)

    monkeypatch.setattr(encoding, "_at_once", measured)
    encoded(LARGE)
    assert max(sizes) <= encoding._PARTS_AT_ONCE < sum(sizes) == 100


def test_an_error_names_everything_that_is_wrong() -> None:
    webhooks = {f"hook {number}": 7 for number in range(100)}
    document = {"openapi": "3.1.0", "info": {"title": "Shop"}, "webhooks": webhooks}
    with pytest.raises(ValidationError) as found:
        encoded(document)
    with pytest.raises(ValidationError) as expected:
        OpenAPI.model_validate(document)
    assert found.value.errors() == expected.value.errors()
    assert len(found.value.errors()) > 100
