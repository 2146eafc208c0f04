import enum
from datetime import date
from decimal import Decimal
from itertools import cycle, product
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, computed_field, create_model
from pydantic.json_schema import GenerateJsonSchema

from talarian.engine.describe.generator import REF_PREFIX, SchemaGenerator, _Outlines
from talarian.engine.describe.schemas import Schemas
from talarian.engine.fields.field import create_field


class Color(enum.Enum):
    red = "r"


class Item(BaseModel):
    name: str
    tags: list[str] = []
    color: Color = Color.red


class Priced(Item):
    price: Decimal = Decimal(1)  # another schema as output than as input


class Node(BaseModel):
    below: "list[Node]" = []
    item: Item | None = None


class Area(BaseModel):
    side: int = 1

    @computed_field
    def area(self) -> int:
        return self.side**2


class Cat(BaseModel):
    kind: Literal["cat"]
    of: Priced


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    friend: Cat | None = None


class Owner(BaseModel):
    pet: Cat | Dog = Field(discriminator="kind")
    old: dict[str, Item] = {}


def namesake(module: str, title: str = "Item", **fields: Any) -> type[BaseModel]:
    return create_model(title, __module__=module, **fields)


ALL: list[Any] = [
    Item,
    Priced,
    Node,
    Area,
    Owner,
    Cat,
    Dog,
    namesake("one", a=(int, ...)),
    namesake("two", a=(str, ...)),
    namesake("two", a=(str, ...)),
    namesake("three", name=(str, ...), tags=(list[str], []), color=(Color, Color.red)),
    namesake("four", "Node", below=(list[Item], [])),
    namesake("five", "Color", r=(Priced, ...)),
    list[Node | Item],
    int,
]


def generated(generator: type[GenerateJsonSchema], template: str, inputs: Any) -> Any:
    return generator(ref_template=template).generate_definitions(
        [
            (number, mode, TypeAdapter(annotation).core_schema)
            for number, (annotation, mode) in enumerate(inputs)
        ]
    )


@pytest.mark.parametrize("template", [f"{REF_PREFIX}{{model}}", "#/$defs/{model}", "{model}"])
@pytest.mark.parametrize("step", range(1, 8))
@pytest.mark.parametrize("modes", ["validation", "serialization", "both", "mixed"])
def test_definitions_are_named_as_pydantic_names_them(template: str, step: int, modes: str) -> None:
    chosen = ALL[::step]
    if modes == "mixed":
        turns = cycle(("validation", "serialization"))
        inputs = list(zip(chosen, turns, strict=False))
    else:
        each = ("validation", "serialization") if modes == "both" else (modes,)
        inputs = list(product(chosen, each))
    expected = generated(GenerateJsonSchema, template, inputs)
    assert repr(generated(SchemaGenerator, template, inputs)) == repr(expected)


def test_pydantic_compares_outlines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or else it has another way of naming, and ours is to be looked at."""
    outlined: list[Any] = []
    of = _Outlines.of

    def counting(self: _Outlines, definition: Any) -> Any:
        outlined.append(definition)
        return of(self, definition)

    monkeypatch.setattr(_Outlines, "of", counting)
    generated(SchemaGenerator, f"{REF_PREFIX}{{model}}", [(Item, "validation")])
    assert len(outlined) == 2  # and its colour


@pytest.mark.parametrize(
    "default",
    [
        None,
        True,
        7,
        10**30,
        1.5,
        "text",
        "",
        [],
        [1],
        {},
        (),
        date(2020, 1, 1),
        Color.red,
        Item(name="a"),
    ],
)
@pytest.mark.parametrize(
    "config", [ConfigDict(), ConfigDict(ser_json_inf_nan="strings", use_enum_values=True)]
)
def test_defaults_are_encoded_as_pydantic_encodes_them(default: Any, config: Any) -> None:
    model = create_model("Model", __config__=config, value=(Any, default))
    for mode in ("validation", "serialization"):
        expected = GenerateJsonSchema().generate(model.__pydantic_core_schema__, mode)
        found = SchemaGenerator().generate(model.__pydantic_core_schema__, mode)
        assert repr(found) == repr(expected)


def test_defaults_make_no_serialisers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GenerateJsonSchema, "encode_default", None)
    model = create_model("Model", a=(str, "a"), b=(int, 1), c=(str | None, None), d=(list[int], []))
    schema = SchemaGenerator().generate(model.__pydantic_core_schema__)
    defaults = [field["default"] for field in schema["properties"].values()]
    assert defaults == ["a", 1, None, []]


def test_a_core_schema_is_described_once(monkeypatch: pytest.MonkeyPatch) -> None:
    described: list[Any] = []
    integer = SchemaGenerator.int_schema

    def counting(self: SchemaGenerator, schema: Any) -> Any:
        described.append(schema)
        return integer(self, schema)

    monkeypatch.setattr(SchemaGenerator, "int_schema", counting)
    fields = [create_field(f"field_{number}", int) for number in range(50)]
    schemas = Schemas(fields)
    assert len(described) == 2  # pydantic looks twice
    assert [schemas.of(field, field.name)["title"] for field in fields[:2]] == [
        "Field 0",
        "Field 1",
    ]
