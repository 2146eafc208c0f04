"""Model data put together from separate values, without a request."""

from io import BytesIO
from typing import Annotated

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field
from starlette.datastructures import FormData, Headers, QueryParams, UploadFile

from talarian.engine.fields.wire import (
    WireModel,
    first,
    from_form,
    grouped,
    last,
    string_aliases,
)
from talarian.engine.ground.sentinels import UNSET


def upload(name: str, content: bytes) -> UploadFile:
    return UploadFile(BytesIO(content), filename=name, size=len(content))


class Filters(BaseModel):
    tags: list[str] = []
    text: Annotated[str, Field(validation_alias=AliasChoices("q", "query"))] = ""


def test_repeated_names_are_grouped_in_any_kind_of_source() -> None:
    expected = {"a": ["1", "2"], "b": "3"}
    pairs = [("a", "1"), ("b", "3"), ("a", "2")]
    assert grouped(QueryParams(pairs)) == expected
    assert grouped(FormData([*pairs])) == expected
    assert grouped(Headers(raw=[(k.encode(), v.encode()) for k, v in pairs])) == expected
    assert grouped({"a": "1"}) == {"a": "1"}


def test_the_field_decides_what_repeated_values_mean() -> None:
    assert last(["a", "b"], False) == "b"
    assert first(["a", "b"], False) == "a"
    assert last("a", True) == ["a"]
    assert last("a", False) == "a"


@pytest.mark.parametrize("value", ["", ["a", ""]])
def test_an_empty_form_input_was_not_sent(value: object) -> None:
    assert from_form(value, False) is UNSET


def test_items_of_a_form_list_stay_but_files_must_be_chosen() -> None:
    chosen, empty, unchosen = upload("a.txt", b"a"), upload("b.txt", b""), upload("", b"")
    assert from_form("", True) == [""]
    assert from_form(["", "a"], True) == ["", "a"]
    assert from_form([chosen, unchosen, empty], True) == [chosen, empty]
    assert from_form(unchosen, True) is UNSET
    assert from_form(unchosen, False) is UNSET
    assert from_form(empty, False) is empty


def test_what_a_validator_supplied_stays() -> None:
    assert from_form(None, False) is None
    assert from_form(None, True) is None
    assert from_form([], True) == []


def test_aliases_are_tried_in_order_and_the_unused_ones_stay() -> None:
    model = WireModel(Filters)
    assert model.assemble({"query": "b", "tags": "x"}, last) == {"tags": ["x"], "query": "b"}
    both = {"q": "a", "query": "b"}
    assert model.assemble(both, last) == both
    assert model.assemble({"q": "", "query": "b"}, from_form) == {"query": "b"}
    assert model.assemble({"q": "a", "query": ""}, from_form) == {"q": "a", "query": ""}


def test_fields_come_first_then_everything_else_as_it_was_sent() -> None:
    data = WireModel(Filters).assemble({"z": ["1", "2"], "q": "a", "y": ""}, from_form)
    assert list(data.items()) == [("q", "a"), ("z", ["1", "2"]), ("y", "")]


def test_a_path_into_nested_data_has_no_name_on_the_wire() -> None:
    nested = Field(validation_alias=AliasPath("a", 0))
    mixed = Field(alias="plain", validation_alias=AliasChoices("a", AliasPath("b", 0)))
    assert string_aliases(nested, "name") == ("name",)
    assert string_aliases(mixed, "name") == ("plain",)


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ({}, [("X-Key", "X-Key")]),
        ({"populate_by_name": True}, [("X-Key", "X-Key"), ("key", "key")]),
        ({"validate_by_name": True}, [("X-Key", "X-Key"), ("key", "key")]),
        ({"validate_by_alias": False, "validate_by_name": True}, [("key", "key")]),
    ],
)
def test_the_model_says_whether_names_or_aliases_count(
    config: ConfigDict, names: list[tuple[str, str]]
) -> None:
    class Model(BaseModel):
        model_config = config
        key: str = Field(alias="X-Key")

    assert WireModel(Model).fields[0].names == tuple(names)


def test_header_names_have_dashes_and_no_case() -> None:
    class Trace(BaseModel):
        Request_Id: str
        span: str = Field("none", alias="X-Span")

    model = WireModel(Trace, headers=True, dashed=True)
    sent = {"request-id": "1", "x-span": "2"}
    assert model.assemble(sent, first) == {"Request_Id": "1", "X-Span": "2"}
    assert model.shown == {"Request_Id": "Request-Id"}
    # With an underscore it is another header, that pydantic must not take for this field.
    assert model.assemble({"request_id": "1"}, first) == {}


def test_only_headers_have_other_names_in_errors() -> None:
    class Model(BaseModel):
        Two_Words: str

    assert WireModel(Model).shown == {}


def test_a_model_is_sent_when_one_of_its_names_is_there_even_if_empty() -> None:
    model = WireModel(Filters)
    assert model.is_sent({"query": ""})
    assert not model.is_sent({"other": "1"})


@pytest.mark.parametrize("extra", ["allow", "forbid"])
def test_a_model_that_minds_extras_is_sent_by_anything(extra: str) -> None:
    class Model(BaseModel):
        model_config = ConfigDict(extra=extra)  # type: ignore[typeddict-item]

    assert WireModel(Model).is_sent({"other": "1"})
    assert not WireModel(Model).is_sent({})


def test_annotations_may_be_defined_after_the_endpoint() -> None:
    class Model(BaseModel):
        items: "list[Later]"

    model = WireModel(Model)

    class Later(BaseModel):
        pass

    Model.model_rebuild(_types_namespace={"Later": Later})
    assert model.fields[0].sequence
