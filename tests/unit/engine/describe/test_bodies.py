from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from talarian.engine.declare.depends import Depends
from talarian.engine.declare.params import Body, File, Form
from tests.unit.engine.describe.helpers import document, operation, route

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


class Person(BaseModel):
    kind: Literal["person"]
    name: str


class Company(BaseModel):
    kind: Literal["company"]
    seats: int = 1


PERSON = {"$ref": "#/components/schemas/Person"}
COMPANY = {"$ref": "#/components/schemas/Company"}


def form_schema(endpoint: Any) -> dict[str, Any]:
    schemas: dict[str, Any] = document(route(endpoint))["components"]["schemas"]
    schema: dict[str, Any] = schemas["Body_read"]
    return schema


def required(*names: str) -> dict[str, Any]:
    return {"anyOf": [{"required": [name]} for name in names]}


def test_one_model_is_the_body() -> None:
    def read(person: Person) -> None: ...

    assert operation(read)["requestBody"] == {
        "content": {"application/json": {"schema": PERSON}},
        "required": True,
    }


def test_a_body_with_a_default_is_optional_and_titled() -> None:
    def read(
        item_count: Annotated[int, Body(openapi_examples={"a": {"value": 2}})] = 1,
    ) -> None: ...

    assert operation(read)["requestBody"] == {
        "content": {
            "application/json": {
                "schema": {"type": "integer", "title": "Item Count", "default": 1},
                "examples": {"a": {"value": 2}},
            }
        }
    }


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (Body(media_type="a/b"), Body(media_type="a/b"), "a/b"),
        (Body(media_type="a/b"), Body(), "application/json"),
        (Form(media_type="a/b"), Form(), URLENCODED),
        (Form(media_type=MULTIPART), Form(), MULTIPART),
        (File(), Form(), MULTIPART),
    ],
)
def test_the_fields_decide_about_the_media_type(first: Any, second: Any, expected: str) -> None:
    def read(one: str, two: str) -> None: ...

    read.__annotations__ |= {"one": Annotated[str, first], "two": Annotated[str, second]}
    assert list(operation(read)["requestBody"]["content"]) == [expected]


def test_models_and_fields_share_a_form() -> None:
    def depend(token: Annotated[list[str], Form()]) -> None: ...

    def read(
        person: Annotated[Person, Form()],
        token: Annotated[str, Form()],
        other: Annotated[None, Depends(depend)],
    ) -> None: ...

    assert form_schema(read) == {
        "title": "Body_read",
        "type": "object",
        "allOf": [
            PERSON,
            {
                "properties": {
                    "token": {"type": "array", "items": {"type": "string"}, "title": "Token"}
                }
            },
        ],
        "properties": {"token": {"type": "string", "title": "Token"}},
        "required": ["token"],
    }


def test_an_optional_form_may_be_left_out_as_a_whole() -> None:
    def read(owner: Annotated[Person | Company | None, Form()] = None) -> None: ...

    absent = {"not": required("kind", "name", "seats")}
    present = {"anyOf": [PERSON, COMPANY], "title": "Owner"}
    assert form_schema(read)["allOf"] == [{"anyOf": [absent, present]}]


def test_a_required_form_that_may_be_null_has_to_be_there() -> None:
    def read(owner: Annotated[Person | None, Form()]) -> None: ...

    absent = {"not": required("kind", "name")}
    present = {"anyOf": [PERSON], "title": "Owner"}
    assert form_schema(read)["allOf"] == [{"not": absent}, present]


def test_a_model_that_minds_extras_is_absent_only_from_an_empty_form() -> None:
    class Closed(BaseModel):
        model_config = ConfigDict(extra="forbid")
        name: str

    def read(owner: Annotated[Closed | None, Form()] = None) -> None: ...

    (choice,) = form_schema(read)["allOf"]
    assert choice["anyOf"][0] == {"maxProperties": 0}


def test_any_name_of_a_required_field_will_do() -> None:
    class Named(BaseModel):
        model_config = ConfigDict(populate_by_name=True)
        name: str = Field(validation_alias=AliasChoices("fullName", "nick"))
        age: int = Field(1, alias="years")

    def read(owner: Annotated[Named, Form()], token: Annotated[str, Form()] = "") -> None: ...

    (part,) = form_schema(read)["allOf"]
    assert set(part["properties"]) == {"fullName", "years"}
    assert part["required"] == []
    assert part["allOf"] == [required("fullName", "nick", "name")]


def test_files_are_binary() -> None:
    def read(file: Annotated[bytes, File()]) -> None: ...

    assert form_schema(read)["properties"]["file"] == {
        "type": "string",
        "contentMediaType": "application/octet-stream",
        "title": "File",
    }
