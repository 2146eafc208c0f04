"""Form fields, files and models, from the declaration to the values."""

import inspect
from io import BytesIO
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, Discriminator, Tag
from starlette.datastructures import FormData

from talarian.engine.analyse.parameters import decide
from talarian.engine.compile.forms import read_form, read_upload
from talarian.engine.declare.params import File, Form
from talarian.engine.fields.field import ErrorList, Field
from talarian.engine.fields.upload import UploadFile

pytestmark = pytest.mark.anyio


class Text(BaseModel):
    kind: Literal["text"]
    value: str


class Many(BaseModel):
    kind: Literal["many"]
    value: list[str]


def declared(annotation: Any, default: Any = inspect.Parameter.empty) -> Field:
    parameter = inspect.Parameter(
        "data", inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default
    )
    field = decide(parameter, ())
    assert isinstance(field, Field)
    return field


async def read(field: Field, *pairs: tuple[str, Any]) -> Any:
    values, errors = await read_form([field], FormData([*pairs]))
    assert errors == []
    return values["data"]


async def refused(field: Field, *pairs: tuple[str, Any]) -> list[tuple[str, tuple[Any, ...]]]:
    _, errors = await read_form([field], FormData([*pairs]))
    return places(errors)


def places(errors: ErrorList) -> list[tuple[str, tuple[Any, ...]]]:
    return [(error["type"], error["loc"]) for error in errors]


def upload(content: bytes, name: str = "a.txt") -> UploadFile:
    return UploadFile(BytesIO(content), filename=name, size=len(content))


async def test_a_scalar_is_the_last_of_its_values() -> None:
    assert await read(declared(Annotated[int, Form()]), ("data", "1"), ("data", "2")) == 2


async def test_an_empty_scalar_takes_the_default_or_is_missing() -> None:
    assert await read(declared(Annotated[int, Form()], 5), ("data", "")) == 5
    required = declared(Annotated[int, Form()])
    assert await refused(required, ("data", "")) == [("missing", ("body", "data"))]


async def test_list_items_keep_their_order_and_their_emptiness() -> None:
    field = declared(Annotated[list[str], Form()])
    assert await read(field, ("data", ""), ("data", "b")) == ["", "b"]


async def test_files_are_read_where_bytes_are_wanted() -> None:
    one, two = upload(b"one"), upload(b"two")
    assert await read(declared(Annotated[bytes, File()]), ("data", one)) == b"one"
    many = declared(Annotated[list[bytes], File()])
    assert await read(many, ("data", two), ("data", one)) == [b"two", b"one"]
    assert one.file.tell() == 0


async def test_a_file_that_is_wanted_as_it_is_stays_unread() -> None:
    file = upload(b"one")
    assert await read(declared(Annotated[UploadFile, File()]), ("data", file)) is file
    assert file.file.tell() == 0


async def test_a_file_is_read_from_where_it_stands_and_left_there() -> None:
    file = upload(b"hello")
    await file.seek(2)
    assert await read_upload(file) == b"llo"
    assert file.file.tell() == 2


async def test_a_model_may_be_absent_only_as_a_whole() -> None:
    field = declared(Annotated[Text | None, Form()], None)
    assert await read(field, ("other", "1")) is None
    assert await refused(field, ("value", "")) == [
        ("missing", ("body", "kind")),
        ("missing", ("body", "value")),
    ]


@pytest.mark.parametrize("form", [Form(), Form(discriminator="kind")])
async def test_each_branch_of_a_union_reads_by_its_own_shapes(form: Form) -> None:
    field = declared(Annotated[Text | Many, form])
    assert await read(field, ("kind", "many"), ("value", "")) == Many(kind="many", value=[""])
    text = await read(field, ("kind", "text"), ("value", "a"), ("value", "b"))
    assert text == Text(kind="text", value="b")


async def test_errors_name_the_branch_of_a_union() -> None:
    field = declared(Annotated[Text | Many, Form()])
    assert await refused(field, ("kind", "text"), ("value", "")) == [
        ("missing", ("body", "Text", "value")),
        ("literal_error", ("body", "Many", "kind")),
    ]


async def test_own_tags_and_discriminators_are_kept() -> None:
    field = declared(
        Annotated[
            Annotated[Text, Tag("t")] | Annotated[Many, Tag("m")],
            Discriminator(lambda data: "m" if data["kind"] == "many" else "t"),
            Form(),
        ]
    )
    assert await read(field, ("kind", "many"), ("value", "a")) == Many(kind="many", value=["a"])
    assert await refused(field, ("kind", "text")) == [("missing", ("body", "t", "value"))]


async def test_a_validator_around_a_union_sees_the_values_as_they_were_sent() -> None:
    seen: list[Any] = []

    def rename(data: dict[str, Any]) -> Any:
        seen.append(dict(data))
        data["value"] = data.pop("old")
        return data

    field = declared(Annotated[Text | Many, BeforeValidator(rename), Form()])
    assert await read(field, ("kind", "many"), ("old", "a")) == Many(kind="many", value=["a"])
    assert seen == [{"kind": "many", "old": "a"}]


async def test_two_models_do_not_share_the_lists_of_one_form() -> None:
    class Loose(BaseModel, extra="allow"):
        pass

    first, second = declared(Annotated[Loose, Form()]), declared(Annotated[Loose, Form()])
    form = FormData([("tag", "a"), ("tag", "b")])
    values, _ = await read_form([first], form)
    others, _ = await read_form([second], form)
    values["data"].tag.append("c")
    assert others["data"].tag == ["a", "b"]
