"""Mistakes in what is declared are found when it is declared, and the text says what to write."""

from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from talarian import Talarian
from talarian.environment import VARIABLES
from talarian.exceptions import TalarianError
from talarian.extensions import UnsafeInProduction
from talarian.resources import (
    CrudRouter,
    Filters,
    Ordering,
    Partial,
    Resources,
    SearchIn,
    Sorting,
    etag,
)
from talarian.testclient import TestClient


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    extra: Mapped[dict[str, Any]] = mapped_column(JSON)


class Pair(Base):
    __tablename__ = "pairs"

    one: Mapped[int] = mapped_column(primary_key=True)
    two: Mapped[int] = mapped_column(primary_key=True)


class ThingIn(BaseModel):
    name: str


class ThingOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int


class OddIn(BaseModel):
    name: str
    nickname: str


def router(**options: Any) -> CrudRouter[Any]:
    given: dict[str, Any] = {"read": ThingOut, "body": ThingIn, "operations": ["get"]}
    return CrudRouter(options.pop("model", Thing), **(given | options))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"operations": ["get", "fetch"]}, "no operation 'fetch'. There are: list, get"),
        ({"operations": ["create"], "body": None}, r"CrudRouter\(Thing, body=ThingIn"),
        ({"operations": ["restore"]}, "derive Thing from talarian.resources.SoftDelete"),
        ({"body": OddIn}, "OddIn has fields that Thing has not: nickname"),
        ({"require_match": True}, "derive it from talarian.resources.Versioned"),
        ({"show_deleted": True}, "Derive it from talarian.resources.SoftDelete"),
        ({"model": Pair}, "primary key of several columns"),
        ({"model": ThingIn}, "is not a mapped class"),
    ],
)
def test_routers(options: dict[str, Any], says: str) -> None:
    with pytest.raises(TalarianError, match=says):
        router(**options)


def test_only_the_operations_that_are_named_are_there() -> None:
    app = Talarian()
    app.include_router(router(operations=["get", "list"], prefix="/things"))
    with TestClient(app) as client:
        paths = client.get("/openapi.json").json()["paths"]
    assert {path: sorted(each) for path, each in paths.items()} == {
        "/things": ["get"],
        "/things/{id}": ["get"],
    }
    assert paths["/things"]["get"]["operationId"] == "list_thing"


def test_a_filter_of_no_column() -> None:
    says = r"Thing has no column 'nmae'\. It has: extra, id, name"
    with pytest.raises(TalarianError, match=says):
        Filters.of(Thing, {"nmae": ["eq"]})


def test_a_filter_with_no_operator() -> None:
    with pytest.raises(TalarianError, match=r"Operators: eq, ne, lt.*Relationships: none"):
        Filters.of(Thing, {"name": ["like"]})


def test_filters_of_no_model() -> None:
    with pytest.raises(TalarianError, match="model=Book"):
        create_model("Nothing", __base__=Filters, name=(str, ""))


def test_a_search_in_no_column() -> None:
    with pytest.raises(TalarianError, match="has no column 'text'"):
        Filters.of(Thing, {}, SearchIn("text"))
    with pytest.raises(TalarianError, match="not the name of a text search"):
        SearchIn("name", language="english'; --")


def test_an_order_that_has_no_place_in_a_cursor() -> None:
    with pytest.raises(TalarianError, match=r"Pages cannot be ordered by things\.extra"):
        Ordering(Thing, Thing.extra)


def test_a_default_that_cannot_be_sorted_by() -> None:
    with pytest.raises(TalarianError, match="default='-size': Cannot sort by 'size'"):
        Sorting(Thing, Thing.name, default="-size")


def test_the_key_is_added_to_every_order() -> None:
    assert repr(Ordering(Thing)) == "Ordering(Thing, things.id)"
    assert repr(Ordering(Thing, Thing.name.desc())) == (
        "Ordering(Thing, things.name DESC, things.id DESC)"
    )
    assert repr(Ordering(Thing, Thing.id.desc(), Thing.name)) == (
        "Ordering(Thing, things.id DESC, things.name)"
    )


def test_an_entity_tag_of_what_has_no_version() -> None:
    with pytest.raises(TalarianError, match="Thing has no version"):
        etag(Thing(id=1))


def test_a_partial_model_tells_null_from_absent() -> None:
    changes: Any = Partial[OddIn]
    assert changes.model_validate({"name": "a"}).model_dump(exclude_unset=True) == {"name": "a"}
    with pytest.raises(ValueError, match="valid string"):
        changes.model_validate({"name": None})
    assert changes is Partial[OddIn]


def test_production_refuses_the_key_for_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLES[0], "production")
    with (
        pytest.raises(UnsafeInProduction, match="RESOURCES_CURSOR_KEY"),
        TestClient(Talarian(extensions=[Resources()])),
    ):
        pass
    monkeypatch.setenv("RESOURCES_CURSOR_KEY", "a random one")
    with TestClient(Talarian(extensions=[Resources()])):
        pass
