from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, computed_field

from talarian.engine.declare.params import Query
from tests.unit.engine.describe.helpers import document, operation, route


class Item(BaseModel):
    """Something for sale.
    \f
    The warehouse calls it an article.
    """

    name: str


class Priced(Item):
    net: int

    @computed_field
    def gross(self) -> int:
        return self.net * 2


def test_an_empty_document_is_valid() -> None:
    assert document() == {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {},
    }


def test_what_is_said_about_the_api_is_in_the_document() -> None:
    described = document(
        summary="Sells.",
        contact={"name": "Sam", "email": "sam@example.com"},
        license_info={"name": "MIT"},
        servers=[{"url": "/v1"}],
        tags=[{"name": "items", "x-order": 1}],
    )
    assert described["info"]["summary"] == "Sells."
    assert described["info"]["license"] == {"name": "MIT"}
    assert described["servers"] == [{"url": "/v1"}]
    assert described["tags"] == [{"name": "items", "x-order": 1}]


def test_routes_without_a_plan_are_left_out() -> None:
    websocket = SimpleNamespace(plan=object(), path_format="/ws")
    assert document(SimpleNamespace(path="/static"), websocket)["paths"] == {}


def test_hidden_routes_are_left_out_with_their_models() -> None:
    def read() -> Item:
        raise NotImplementedError

    assert "components" not in document(route(read, include_in_schema=False))


def test_private_text_is_cut_from_descriptions() -> None:
    def read() -> Item:
        raise NotImplementedError

    schema = document(route(read))["components"]["schemas"]["Item"]
    assert schema["description"] == "Something for sale.\n"


@pytest.mark.parametrize("separate", [True, False])
def test_computed_fields_are_only_in_what_goes_out(separate: bool) -> None:
    def echo(item: Priced) -> list[Priced]:
        raise NotImplementedError

    described = document(route(echo), separate_input_output_schemas=separate)
    schemas = described["components"]["schemas"]
    assert set(schemas["Priced-Input"]["properties"]) == {"name", "net"}
    assert set(schemas["Priced-Output"]["properties"]) == {"name", "net", "gross"}


def test_one_schema_for_in_and_out_if_asked() -> None:
    class Sized(BaseModel):
        model_config = {"json_schema_serialization_defaults_required": True}
        computed_fields: int = 1

    def echo(item: Sized) -> Sized:
        raise NotImplementedError

    names = document(route(echo))["components"]["schemas"].keys()
    assert {"Sized-Input", "Sized-Output"} <= names
    one = document(route(echo), separate_input_output_schemas=False)["components"]["schemas"]
    assert "Sized" in one
    assert "Sized-Input" not in one


def test_an_operation_says_what_was_declared() -> None:
    def read_item() -> None: ...

    described = operation(
        read_item,
        tags=["items"],
        description="Reads.",
        deprecated=True,
        openapi_extra={"tags": ["more"], "x-stable": False},
    )
    assert described["summary"] == "Read Item"
    assert described["tags"] == ["items", "more"]
    assert described["deprecated"] is True
    assert described["operationId"] == "read_item"
    assert described["x-stable"] is False


def test_a_repeated_operation_id_is_warned_about() -> None:
    def read() -> None: ...

    routes = route(read), route(read, "/again")
    with pytest.warns(UserWarning, match=r"Duplicate Operation ID read for function read at .+py"):
        document(*routes)


def test_callbacks_and_webhooks_are_whole_operations() -> None:
    def on_paid(item: Item) -> None: ...

    def on_sold(item: Item) -> None: ...

    def buy() -> None: ...

    callback = route(on_paid, "{$request.query.url}/paid")
    described = document(route(buy, callbacks=[callback]), webhooks=[route(on_sold, "sold")])
    called = described["paths"]["/"]["post"]["callbacks"]["on_paid"]
    assert "requestBody" in called["{$request.query.url}/paid"]["post"]
    assert "requestBody" in described["webhooks"]["sold"]["post"]
    assert {"Item", "HTTPValidationError"} <= described["components"]["schemas"].keys()


def test_methods_without_a_meaning_for_bodies_show_none() -> None:
    def describe(item: Item) -> None: ...

    described = document(route(describe, method="OPTIONS"))["paths"]["/"]["options"]
    assert "requestBody" not in described


def test_a_default_that_is_not_json_is_left_out() -> None:
    def read(ratio: Annotated[float, Query()] = float("nan")) -> Any:
        raise NotImplementedError

    (parameter,) = operation(read)["parameters"]
    assert parameter["schema"] == {"type": "number", "title": "Ratio"}
