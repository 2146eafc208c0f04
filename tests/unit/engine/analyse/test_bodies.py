from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from talarian.engine.analyse.bodies import plan_body
from talarian.engine.analyse.calls import analyse_call
from talarian.engine.analyse.plan import BodyPlan
from talarian.engine.declare.depends import Depends
from talarian.engine.declare.params import Body, File, Form
from talarian.engine.fields.upload import UploadFile


class Item(BaseModel):
    name: str


class Login(BaseModel):
    user: str


def body_of(endpoint: Callable[..., Any]) -> BodyPlan:
    body = plan_body(analyse_call(endpoint, "/"), "unique")
    assert body is not None
    return body


def shape(endpoint: Callable[..., Any]) -> tuple[bool, bool, str]:
    """Whether fields are keys, whether it is a form, and how the whole is called."""
    body = body_of(endpoint)
    return body.embed, body.form, body.field.name


def test_nothing_asks_for_it() -> None:
    def endpoint(q: int) -> None: ...

    assert plan_body(analyse_call(endpoint, "/"), "unique") is None


def test_one_model_is_the_body() -> None:
    def endpoint(item: Item) -> None: ...

    assert shape(endpoint) == (False, False, "item")


def test_two_are_keys_of_it() -> None:
    def endpoint(item: Item, count: Annotated[int, Body()]) -> None: ...

    body = body_of(endpoint)
    assert shape(endpoint) == (True, False, "body")
    assert body.field.annotation.__name__ == "Body_unique"
    assert list(body.field.annotation.model_fields) == ["item", "count"]
    assert body.field.required


def test_one_that_says_embed_is_a_key() -> None:
    def endpoint(item: Annotated[Item, Body(embed=True)]) -> None: ...

    assert shape(endpoint) == (True, False, "body")


def test_forms_are_keys_but_a_form_model_is_not() -> None:
    def fields(user: Annotated[str, Form()]) -> None: ...
    def model(login: Annotated[Login, Form()]) -> None: ...
    def both(login: Annotated[Login, Form()], extra: Annotated[str, Form()]) -> None: ...
    def file(upload: UploadFile) -> None: ...

    assert [shape(each) for each in (fields, model, both, file)] == [
        (True, True, "body"),
        (False, True, "login"),
        (True, True, "body"),
        (True, True, "body"),
    ]


@pytest.mark.parametrize(
    ("markers", "media_type"),
    [
        ([Body(), Body()], "application/json"),
        ([Body(media_type="a/b"), Body(media_type="a/b")], "a/b"),
        ([Body(media_type="a/b"), Body(media_type="c/d")], "application/json"),
        ([Form(), Form()], "application/x-www-form-urlencoded"),
        ([Form(), File()], "multipart/form-data"),
        ([Body(), Form()], "application/x-www-form-urlencoded"),
    ],
)
def test_the_media_type_of_the_whole(markers: list[Any], media_type: str) -> None:
    def endpoint(a: str = markers[0], b: str = markers[1]) -> None: ...

    info: Any = body_of(endpoint).field.info
    assert info.media_type == media_type


def test_it_is_optional_when_all_its_parts_are() -> None:
    def endpoint(a: Annotated[int, Body()] = 1, b: Annotated[int, Body()] = 2) -> None: ...

    assert not body_of(endpoint).field.required


def test_fields_of_dependencies_count_each_dependency_once() -> None:
    def needed(item: Item) -> None: ...

    def endpoint(
        one: Annotated[None, Depends(needed)], two: Annotated[None, Depends(needed)]
    ) -> None: ...

    body = body_of(endpoint)
    assert [field.name for field in body.fields] == ["item"]
    assert not body.embed


def test_two_dependencies_may_read_the_same_body() -> None:
    def first(item: Item) -> None: ...
    def second(item: Item) -> None: ...

    def endpoint(
        one: Annotated[None, Depends(first)], two: Annotated[None, Depends(second)]
    ) -> None: ...

    assert not body_of(endpoint).embed
