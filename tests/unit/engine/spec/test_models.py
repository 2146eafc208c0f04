import runpy
import sys
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from talarian.engine.spec import email, models
from talarian.engine.spec.models import (
    APIKey,
    APIKeyIn,
    Components,
    Contact,
    Discriminator,
    Info,
    MediaType,
    OAuthFlowImplicit,
    OpenAPI,
    Operation,
    Parameter,
    PathItem,
    Reference,
    Response,
    Schema,
    ServerVariable,
)


def dump(model: BaseModel) -> Any:
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def test_a_document_survives_a_round_trip() -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1", "x-owner": "books"},
        "servers": [{"url": "/api/v1"}],
        "paths": {
            "/items": {
                "get": {
                    "parameters": [{"required": True, "name": "q", "in": "query"}],
                    "responses": {
                        "200": {
                            "description": "Found",
                            "content": {"application/json": {"schema": {"$ref": "#/x"}}},
                        }
                    },
                }
            }
        },
        "components": {
            "schemas": {"Tree": {"type": "object", "properties": {"left": {"$ref": "#/x"}}}},
            "securitySchemes": {"key": {"type": "apiKey", "in": "cookie", "name": "sid"}},
        },
    }
    assert dump(OpenAPI.model_validate(document)) == document


def test_fields_are_dumped_in_the_order_of_their_declaration() -> None:
    parameter = Parameter.model_validate({"in": "path", "name": "id", "required": True})
    assert list(dump(parameter)) == ["required", "name", "in"]
    key = APIKey.model_validate({"name": "k", "description": "d", "in": "header"})
    assert list(dump(key)) == ["type", "description", "in", "name"]
    assert key.in_ is APIKeyIn.header


def test_extensions_are_kept_except_where_the_specification_forbids_them() -> None:
    assert dump(PathItem.model_validate({"x-a": [1]})) == {"x-a": [1]}
    assert dump(Reference.model_validate({"$ref": "#/a", "x-a": 1})) == {"$ref": "#/a"}
    assert dump(Discriminator.model_validate({"propertyName": "t", "x-a": 1})) == {
        "propertyName": "t"
    }


@pytest.mark.parametrize("value", ["array", ["string", "null"], None])
def test_a_schema_has_one_type_or_several(value: Any) -> None:
    assert Schema(type=value).type == value


@pytest.mark.parametrize(
    "keywords", [{"type": True}, {"multipleOf": 0}, {"maxLength": -1}, {"items": 3}]
)
def test_a_schema_refuses_what_json_schema_forbids(keywords: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Schema.model_validate(keywords)


def test_a_subschema_may_be_a_boolean() -> None:
    schema = Schema.model_validate({"additionalProperties": False, "not": {"$ref": "#/a"}})
    assert schema.additionalProperties is False
    assert isinstance(schema.not_, Schema)
    assert dump(schema) == {"not": {"$ref": "#/a"}, "additionalProperties": False}


def test_the_example_of_a_schema_is_deprecated() -> None:
    schema = Schema.model_validate({"example": 1})
    with pytest.warns(DeprecationWarning, match="examples"):
        assert schema.example == 1


def test_callbacks_nest_path_items() -> None:
    operation = Operation.model_validate(
        {"callbacks": {"paid": {"{$url}": {"post": {"summary": "Paid"}}}}}
    )
    assert operation.callbacks is not None
    callback = operation.callbacks["paid"]
    assert isinstance(callback, dict)
    assert callback["{$url}"].post == Operation(summary="Paid")


def test_examples_are_dictionaries_or_references() -> None:
    media = MediaType.model_validate(
        {"examples": {"a": {"summary": "A", "value": 1, "x-b": 2}, "c": {"$ref": "#/c"}}}
    )
    assert media.examples is not None
    assert media.examples["a"] == {"summary": "A", "value": 1, "x-b": 2}
    assert dump(media)["examples"]["c"] == {"$ref": "#/c"}


def test_required_fields_are_required() -> None:
    incomplete: list[tuple[type[BaseModel], dict[str, Any]]] = [
        (Info, {"title": "t"}),
        (Response, {}),
        (OAuthFlowImplicit, {}),
    ]
    for model, partial in incomplete:
        with pytest.raises(ValidationError, match="Field required"):
            model.model_validate(partial)
    with pytest.raises(ValidationError, match="at least 1 item"):
        ServerVariable(default="a", enum=[])


def test_the_default_scopes_are_not_shared() -> None:
    first = OAuthFlowImplicit(authorizationUrl="/a")
    first.scopes["read"] = "Read"
    assert OAuthFlowImplicit(authorizationUrl="/a").scopes == {}


def test_every_model_can_be_described() -> None:
    for value in vars(models).values():
        if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel:
            assert value.model_json_schema()
    assert Components.model_json_schema()["$defs"]["SecuritySchemeType"]["enum"] == [
        "apiKey",
        "http",
        "oauth2",
        "openIdConnect",
    ]


def test_an_email_address_is_checked() -> None:
    assert Contact(email="a@example.com").email == "a@example.com"
    with pytest.raises(ValidationError, match="email"):
        Contact(email="nobody")


def test_an_email_address_is_a_string_without_email_validator(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "email_validator", None)
    adapter: TypeAdapter[str] = TypeAdapter(runpy.run_path(email.__file__)["EmailStr"])
    assert adapter.json_schema() == {"type": "string", "format": "email"}
    assert adapter.validate_python("nobody") == "nobody"
    assert adapter.validate_python(1) == "1"
    assert "pip install email-validator" in caplog.text
