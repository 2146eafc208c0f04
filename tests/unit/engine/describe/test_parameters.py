from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, Field

from talarian.engine.declare.depends import Depends
from talarian.engine.declare.params import Cookie, Header, Query
from talarian.engine.spec.models import Example
from tests.unit.engine.describe.helpers import operation


class Filters(BaseModel):
    page_size: int
    tag: str = Field("new", alias="tagName", description="Shown")


def shown(endpoint: Any, path: str = "/") -> list[tuple[str, str, bool]]:
    parameters = operation(endpoint, path)["parameters"]
    return [(each["in"], each["name"], each["required"]) for each in parameters]


def test_places_come_in_order() -> None:
    def read(
        session: Annotated[str, Cookie()],
        user_agent: Annotated[str, Header()],
        item_id: int,
        q: str = "",
    ) -> None: ...

    assert shown(read, "/{item_id}") == [
        ("path", "item_id", True),
        ("query", "q", False),
        ("header", "user-agent", True),
        ("cookie", "session", True),
    ]


def test_a_model_is_shown_as_its_fields() -> None:
    def read(filters: Annotated[Filters, Query()]) -> None: ...

    first, second = operation(read)["parameters"]
    assert first["schema"] == {"type": "integer", "title": "Page Size"}
    assert second["name"] == "tagName"
    assert second["description"] == "Shown"
    assert second["schema"]["default"] == "new"


def test_an_optional_model_asks_for_none_of_its_fields() -> None:
    def read(filters: Annotated[Filters | None, Query()] = None) -> None: ...

    assert shown(read) == [("query", "page_size", False), ("query", "tagName", False)]


def test_headers_of_a_model_are_dashed_unless_they_were_named() -> None:
    class Headers(BaseModel):
        save_data: bool
        x_tag: str = Field(validation_alias=AliasChoices("x_tag", "X-Tag"))

    def read(headers: Annotated[Headers, Header()]) -> None: ...

    assert [name for _, name, _ in shown(read)] == ["save-data", "x_tag"]


def test_a_required_declaration_wins_over_an_optional_one() -> None:
    def needs(q: Annotated[int, Query(description="Needed")]) -> None: ...

    def read(needed: Annotated[None, Depends(needs)], q: int = 1) -> None: ...

    (parameter,) = operation(read)["parameters"]
    assert parameter["required"] is True
    assert parameter["description"] == "Needed"


def test_a_hidden_parameter_can_still_be_wrong() -> None:
    def read(q: Annotated[int, Query(include_in_schema=False)]) -> None: ...

    described = operation(read)
    assert "parameters" not in described
    assert "422" in described["responses"]


def test_named_examples_stand_beside_the_schema() -> None:
    examples: dict[str, Example] = {"one": {"value": 1}}

    def read(q: Annotated[int, Query(examples=[2], openapi_examples=examples)]) -> None: ...

    (parameter,) = operation(read)["parameters"]
    assert parameter["examples"] == examples
    assert parameter["schema"]["examples"] == [2]
