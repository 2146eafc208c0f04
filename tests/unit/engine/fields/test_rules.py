import enum
import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar

import pytest
from annotated_types import Ge
from pydantic import BaseModel, ConfigDict, RootModel, TypeAdapter
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

from talarian.engine.declare import params
from talarian.engine.fields import rules
from talarian.engine.fields.field import Field
from talarian.engine.fields.rules import AdapterRules, ModelRules, Rules, rules_for
from talarian.engine.fields.shapes import is_common
from talarian.engine.ground.errors import TalarianError

# What pydantic finds without meaning outside of a model, and the engine does not say.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pydantic.warnings.UnsupportedFieldAttributeWarning"
)

T = TypeVar("T")


class Item(BaseModel):
    name: str
    price: float = 1.5


class Pair(BaseModel):
    left: Item
    right: Item | None = None


class Node(BaseModel):
    below: "list[Node]" = []


class Names(RootModel[list[str]]):
    pass


class Box(BaseModel, Generic[T]):
    content: T


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, title="Named otherwise")
    number: int = 1


@pydantic_dataclass
class Point:
    x: int
    at: Item | None = None


class Own(BaseModel):
    """Makes its schema in a way of its own."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        schema: CoreSchema = handler(source)
        return schema


class Color(enum.Enum):
    red = "r"


class Odd(enum.Enum):
    a = ("a tuple",)


@dataclass
class Plain:
    x: int


class Nothing:
    pass


@pytest.fixture(autouse=True)
def nothing_shared_yet() -> Iterator[None]:
    rules._equal.cache_clear()
    rules._same_rules.clear()
    yield


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The annotations that adapters were made of."""
    annotations: list[Any] = []

    def counting(annotation: Any, **options: Any) -> TypeAdapter[Any]:
        annotations.append(annotation)
        return TypeAdapter(annotation, **options)

    monkeypatch.setattr(rules, "TypeAdapter", counting)
    return annotations


def of(annotation: Any, **said: Any) -> Rules:
    return rules_for(FieldInfo(annotation=annotation, **said), None, None)


def as_pydantic_has_it(annotation: Any, **said: Any) -> TypeAdapter[Any]:
    annotated: Any = Annotated[annotation, FieldInfo(annotation=annotation, **said)]
    return TypeAdapter(annotated)


def shown(made: Any) -> str:
    """A core schema as text; pydantic makes new functions for each."""
    return re.sub(r"0x[0-9a-f]+", "", repr(made.core_schema))


class TestModels:
    @pytest.mark.parametrize("model", [Item, Pair, Node, Names, Box[int], Strict, Point])
    def test_a_complete_one_has_its_rules_already(self, model: Any, made: list[Any]) -> None:
        expected = as_pydantic_has_it(model)
        found = of(model)
        assert isinstance(found, ModelRules)
        assert not made
        assert found.validator is model.__pydantic_validator__
        assert found.serializer is model.__pydantic_serializer__
        assert found.core_schema == expected.core_schema
        assert found.adapter.core_schema == expected.core_schema

    @pytest.mark.parametrize(
        ("model", "sent"), [(Pair, {"left": {"name": "a"}}), (Names, ["a"]), (Point, {"x": "1"})]
    )
    def test_they_do_what_an_adapter_does(self, model: Any, sent: Any) -> None:
        expected, found = as_pydantic_has_it(model), of(model)
        value = found.validator.validate_python(sent)
        assert value == expected.validate_python(sent)
        assert found.serializer.to_json(value) == expected.dump_json(value)

    @pytest.mark.parametrize("said", [{"title": "T"}, {"description": "d"}, {"default": None}])
    def test_what_is_said_of_a_field_is_not_said_of_its_model(self, said: dict[str, Any]) -> None:
        found = of(Item, **said)
        assert not isinstance(found, ModelRules)
        assert found.core_schema == as_pydantic_has_it(Item, **said).core_schema

    def test_one_with_a_schema_of_its_own_is_asked_for_it(self, made: list[Any]) -> None:
        assert isinstance(of(Own), AdapterRules)
        assert len(made) == 1

    def test_what_stands_in_for_the_validator_is_not_passed_by(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Watched(BaseModel):
            x: int

        monkeypatch.setattr(Watched, "__pydantic_validator__", object())
        assert not isinstance(of(Watched), ModelRules)

    def test_one_that_waits_for_another_class_is_complete_later(self) -> None:
        class Early(BaseModel):
            late: "Late"

        found = of(Early)
        assert not isinstance(found, ModelRules)

        class Late(BaseModel):
            x: int

        assert Early.model_rebuild(_types_namespace={"Late": Late})
        assert of(Early).validator.validate_python({"late": {"x": 1}}) == Early(late=Late(x=1))

    def test_a_later_change_of_the_model_is_not_one_of_the_declaration(self) -> None:
        class Changing(BaseModel):
            x: int

        before = of(Changing)
        Changing.model_fields["x"].annotation = str
        assert Changing.model_rebuild(force=True)
        assert before.validator is not of(Changing).validator


class TestSharing:
    @pytest.mark.parametrize(
        ("annotation", "said"),
        [
            (int, {}),
            (str | None, {"default": None}),
            (Optional[int], {"default": 3}),  # noqa: UP045 - another object than `int | None`
            (list[str], {}),
            (set[int] | None, {"default": None}),
            (Any, {"default": "text"}),
        ],
    )
    def test_equal_scalars_share(
        self, annotation: Any, said: dict[str, Any], made: list[Any]
    ) -> None:
        found = {id(of(annotation, **said)): of(annotation, **said) for _ in range(10)}
        assert len(found) == 1
        assert not made
        (only,) = found.values()
        assert only.core_schema == as_pydantic_has_it(annotation, **said).core_schema
        assert only.validator is only.validator
        assert len(made) == 1

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ((int, {}), (bool, {})),
            ((int, {"default": 1}), (int, {"default": True})),
            ((int, {"default": None}), (int, {})),
            ((int | str, {}), (str | int, {})),
            ((list[int | str], {}), (list[str | int], {})),
            ((float, {"default": 0.0}), (float, {"default": -0.0})),
            ((Annotated[int, Ge(0)], {}), (Annotated[int, Ge(0.0)], {})),
            ((int, {"title": "A"}), (int, {"title": "B"})),
        ],
    )
    def test_what_is_only_similar_does_not(self, one: Any, other: Any) -> None:
        first, second = (of(annotation, **said) for annotation, said in (one, other))
        assert first is not second
        for found, (annotation, said) in ((first, one), (second, other)):
            expected = as_pydantic_has_it(annotation, **said)
            assert shown(found) == shown(expected)

    def test_the_same_marker_is_made_once(self, made: list[Any]) -> None:
        marker = params.Query(100, ge=1, le=500, description="How many.")
        fields = [declared(marker, int) for _ in range(10)]
        assert len(made) == 1
        assert fields[0].rules is fields[9].rules
        assert fields[0].info is not fields[9].info

    def test_markers_that_are_alike_are_not_the_same(self, made: list[Any]) -> None:
        found = [declared(params.Query(100, ge=minimum), int) for minimum in (0, 0.0)]
        assert len(made) == 2
        assert repr(found[0].core_schema) != repr(found[1].core_schema)

    @pytest.mark.parametrize("choice", [Color, Literal["a", 1, True]])
    def test_choices_are_made_once(self, choice: Any, made: list[Any]) -> None:
        assert len({id(of(choice)) for _ in range(10)}) == 1
        assert len(made) == 1

    def test_what_was_said_long_ago_is_forgotten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rules, "_MOST_SAME_RULES", 3)
        for number in range(10):
            declared(params.Query(ge=number), int)
        assert len(rules._same_rules) <= 3


class TestWaiting:
    @pytest.mark.parametrize(
        ("annotation", "said"),
        [
            (list[Item], {}),
            (Item | None, {"default": None}),
            (Item | Pair, {}),
            (dict[str, list[Point]], {}),
            (int | str, {}),
            (Color | None, {"default": Color.red}),
            (list[Item], {"title": "T", "description": "d", "deprecated": True}),
        ],
    )
    def test_what_cannot_fail_is_made_when_it_is_needed(
        self, annotation: Any, said: dict[str, Any], made: list[Any]
    ) -> None:
        found = of(annotation, **said)
        assert not made
        assert shown(found) == shown(as_pydantic_has_it(annotation, **said))
        assert found.serializer is found.serializer
        assert len(made) == 1

    def test_it_is_what_was_said_at_the_declaration(self) -> None:
        info = FieldInfo(annotation=list[Item], description="before")
        found = rules_for(info, None, None)
        info.description, info.default = "after", []
        expected = as_pydantic_has_it(list[Item], description="before")
        assert found.core_schema == expected.core_schema


class TestNow:
    @pytest.mark.parametrize(
        ("annotation", "said", "error"),
        [
            (Nothing, {}, TalarianError),
            (list[Nothing], {}, TalarianError),
            (Item | Nothing, {}, TalarianError),
            (int, {"max_digits": 3, "discriminator": "x"}, TypeError),
            (Item | Pair, {"discriminator": "kind"}, Exception),
            (str, {"pattern": "("}, Exception),
            (str, {"examples": [object()]}, Exception),
        ],
    )
    def test_errors_are_those_of_the_declaration(
        self, annotation: Any, said: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(Exception) as expected:
            as_pydantic_has_it(annotation, **said)
        with pytest.raises(error) as found:
            of(annotation, **said)
        if error is not TalarianError:
            assert type(found.value) is type(expected.value)
            assert str(found.value) == str(expected.value)

    @pytest.mark.parametrize(
        ("annotation", "said"),
        [
            (Odd, {}),
            (Plain, {}),
            (list[Item], {"min_length": 1}),
            (list[Item], {"default_factory": list}),
            (Item, {"json_schema_extra": {"x": 1}}),
            (tuple[int, str], {}),
            (Callable[[], int], {}),
        ],
    )
    def test_what_is_not_known_to_be_fine_is_made(
        self, annotation: Any, said: dict[str, Any], made: list[Any]
    ) -> None:
        found = of(annotation, **said)
        assert len(made) == 1
        assert shown(found) == shown(as_pydantic_has_it(annotation, **said))

    def test_a_class_without_a_hash_is_no_obstacle(self) -> None:
        class Unhashable(type):
            __hash__ = None  # type: ignore[assignment]

        class Odd(metaclass=Unhashable):
            pass

        with pytest.raises(TypeError, match="unhashable"):
            hash(Odd)
        assert not rules._is_settled(Odd)
        assert not is_common(Odd)


def declared(marker: params.Param, annotation: Any) -> Field:
    """A field as a parameter's marker makes it: of a copy."""
    info = copy(marker)
    info.annotation = annotation
    return Field(info, "value")


def test_a_field_shows_its_rules() -> None:
    field = Field(FieldInfo(annotation=Item), "item")
    assert field.validator is field.rules.validator
    assert field.serializer is field.rules.serializer
    assert field.core_schema is field.rules.core_schema
    assert field.validate({"name": "a"}, ()) == (Item(name="a"), [])
    _, errors = field.validate({}, ("body",))
    assert errors[0]["loc"] == ("body", "name")
