"""Results that are valid as they are, those that only look so, and what pydantic says of them."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, RootModel, TypeAdapter, ValidationError, model_validator

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.compile.emit import emit
from talarian.engine.ground.errors import ResponseValidationError
from tests.unit.engine.app.helpers import call

T = TypeVar("T")


class Item(BaseModel):
    name: str


class Dearer(Item):
    price: float = 1.5


class Always(BaseModel):
    model_config = ConfigDict(revalidate_instances="always")
    name: str


class Inherited(Always):
    """Its parent's configuration is its own."""


class Subclasses(BaseModel):
    model_config = ConfigDict(revalidate_instances="subclass-instances")
    name: str


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    name: str


class Whole(BaseModel):
    name: str

    @model_validator(mode="after")
    def shouts(self) -> "Whole":
        return self.model_construct(name=self.name.upper())


class Names(RootModel[list[str]]):
    pass


class Page(BaseModel, Generic[T]):
    items: list[T]


def results() -> dict[str, tuple[Any, Any]]:
    """Response models, and results: some of them with a number for a name."""
    return {
        "valid": (Item, Item(name="a")),
        "unfit, but made without validation": (Item, Item.model_construct(name=5)),
        "a subclass": (Item, Dearer(name="a")),
        "another model": (Item, Always(name="a")),
        "data": (Item, {"name": "a"}),
        "always": (Always, Always(name="a")),
        "always, unfit": (Always, Always.model_construct(name=5)),
        "inherited, unfit": (Inherited, Inherited.model_construct(name=5)),
        "subclasses": (Subclasses, Subclasses.model_construct(name=5)),
        "strict": (Strict, Strict.model_construct(name=5)),
        "whole": (Whole, Whole.model_construct(name="a")),
        "root": (Names, Names(["a"])),
        "generic": (Page[Item], Page[Item](items=[Item(name="a")])),
        "generic, with others": (Page[Item], Page[Any].model_construct(items=[{"name": "a"}])),
        "one of several": (Item | Always, Always.model_construct(name=5)),
        "in a list": (list[Item], [Item.model_construct(name=5)]),
    }


def expected(model: Any, result: Any) -> str:
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    try:
        value = adapter.validate_python(result, from_attributes=True)
    except ValidationError:
        return "unfit"
    return adapter.dump_json(value, by_alias=True, warnings=False).decode()


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("name", results())
@pytest.mark.parametrize("kind", ["async", "def"])
def test_answers_are_what_pydantic_makes_of_a_result(name: str, kind: str) -> None:
    model, result = results()[name]

    async def waits() -> Any:
        return result

    app = Talarian()
    endpoint: Callable[[], Any] = waits if kind == "async" else lambda: result
    app.get("/", response_model=model)(endpoint)
    try:
        status, _, body = call(app, "/")
    except ResponseValidationError:
        status, body = 200, "unfit"
    assert (status, body) == (200, expected(model, result))


@pytest.mark.parametrize(
    ("model", "is_short"),
    [
        *((Item, True), (Strict, True), (Names, True), (Page[Item], True), (Subclasses, False)),
        *((Always, False), (Inherited, False), (Whole, False), (list[Item], False)),
    ],
)
def test_what_is_certainly_valid_is_not_validated(model: Any, is_short: bool) -> None:
    async def endpoint() -> Any: ...

    text = str(emit(Route("/", endpoint, response_model=model).plan))
    assert ("if type(result) is _model:" in text) is is_short
