"""FastAPI's helpers around models, schemas and documents."""

from enum import Enum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo

import talarian.fastapi.openapi.utils as document
from talarian import Header, Talarian
from talarian.compat.fields import ModelField, create_model_field
from talarian.fastapi import _compat
from talarian.fastapi._compat import shared, v2
from talarian.fastapi.utils import deep_dict_update, generate_operation_id_for_path


class Colour(Enum):
    RED = "red"


class Leaf(BaseModel):
    model_config = ConfigDict(title="A leaf")
    colour: Colour


class Tree(BaseModel):
    leaves: list[Leaf] | None = None


def definitions(field: ModelField) -> tuple[Any, Any]:
    return v2.get_definitions(fields=[field], model_name_map={})


def test_definitions_and_the_schema_of_a_field() -> None:
    field = create_model_field("tree", Tree)
    mapping, found = definitions(field)
    assert set(found) == {"Tree", "Leaf", "Colour"}
    schema = v2.get_schema_from_model_field(field=field, model_name_map={}, field_mapping=mapping)
    assert schema == {"$ref": "#/components/schemas/Tree"}


def test_a_schema_without_a_reference_has_a_title() -> None:
    field = create_model_field("page_size", int, default=1)
    mapping, _ = definitions(field)
    schema = v2.get_schema_from_model_field(field=field, model_name_map={}, field_mapping=mapping)
    assert schema == {"type": "integer", "default": 1, "title": "Page Size"}


def test_models_are_found_through_all_annotations() -> None:
    field = create_model_field("trees", dict[str, Tree])
    assert _compat.get_flat_models_from_fields([field], known_models=set()) == {Tree, Leaf, Colour}
    assert v2.get_flat_models_from_model(Tree) == {Leaf, Colour}


def test_models_of_one_name_are_told_apart() -> None:
    other = create_model("Tree", __module__="else.where")
    assert _compat.get_model_name_map({Tree, Leaf}) == {Tree: "Tree", Leaf: "Leaf"}
    names = _compat.get_model_name_map({Tree, other})
    assert names[other] == "else__where__Tree"
    assert v2.normalize_name("Page[Tree]") == "Page_Tree_"


def test_the_fields_of_a_model_and_a_model_of_fields() -> None:
    fields = _compat.get_cached_model_fields(Leaf)
    assert [(field.name, field.type_) for field in fields] == [("colour", Colour)]
    model = _compat.create_body_model(fields=fields, model_name="Copy")
    assert model.model_validate({"colour": "red"}).model_dump() == {"colour": Colour.RED}


def test_small_questions() -> None:
    header = ModelField(Header(annotation=str), "x_token")
    assert _compat.is_scalar_field(header)
    assert not _compat.value_is_sequence("text")
    assert _compat.value_is_sequence([1])
    assert _compat.get_missing_field_error(("query", "q"))["loc"] == ("query", "q")
    assert _compat.evaluate_forwardref("Leaf | None", {"Leaf": Leaf}) == Leaf | None
    assert _compat.PYDANTIC_VERSION_MINOR_TUPLE >= (2, 9)
    assert not shared.annotation_is_pydantic_v1(list[Leaf])
    assert not shared.is_pydantic_v1_model_class(Leaf)
    copied = _compat.copy_field_info(field_info=header.field_info, annotation=int)
    assert (type(copied), copied.annotation) == (type(header.field_info), int)


def test_a_sequence_is_built_as_it_is_annotated() -> None:
    def build(annotation: Any) -> Any:
        field = ModelField(FieldInfo(annotation=annotation), "items")
        return v2.serialize_sequence_value(field=field, value=["a"])

    assert build(set[str]) == {"a"}
    assert build(tuple[str, ...] | None) == ("a",)
    with pytest.raises(TypeError, match="items"):
        build(int)


def test_parts_of_a_document_can_be_made_alone() -> None:
    app = Talarian()

    @app.post("/trees/{tree_id}")
    def plant(tree_id: int, tree: Tree) -> Leaf: ...  # type: ignore[empty-body]

    route: Any = app.router.routes[-1]
    fields = document.get_fields_from_routes(app.routes)
    assert [field.name for field in fields] == ["tree_id", "tree", route.response_field.name]
    mapping, _ = document.get_definitions(fields=fields, model_name_map={})
    names: dict[str, Any] = {"model_name_map": {}, "field_mapping": mapping}
    ids: set[str] = set()
    path, _, schemas = document.get_openapi_path(route=route, operation_ids=ids, **names)
    assert path == app.openapi()["paths"]["/trees/{tree_id}"]
    assert ids == {route.unique_id}
    assert {"Tree", "Leaf"} <= set(schemas)
    data = document._get_openapi_dependency_data(route.dependant)
    parameters = document._get_openapi_operation_parameters(dependency_data=data, **names)
    assert parameters == path["post"]["parameters"]
    body = document.get_openapi_operation_request_body(body_field=route.body_field, **names)
    assert body == path["post"]["requestBody"]
    assert document.get_openapi_operation_request_body(body_field=None, **names) is None
    assert document.generate_operation_summary(route=route, method="post") == "Plant"


def test_small_tools() -> None:
    base = {"a": {"b": 1}, "list": [1]}
    deep_dict_update(base, {"a": {"c": 2}, "list": [2]})
    assert base == {"a": {"b": 1, "c": 2}, "list": [1, 2]}
    assert generate_operation_id_for_path(name="n", path="/a/{b}", method="GET") == "n_a__b__get"
