"""What is decided from a response model and a mapper, and the mistakes that are refused."""

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, ConfigDict, Field
from sqlalchemy.orm import DeclarativeBase, Mapped, composite, mapped_column
from sqlmodel import Field as Column, Relationship, SQLModel

from talarian.exceptions import TalarianError
from talarian.sql.relations import select_for, shown
from talarian.sql.relations.loading import loading
from talarian.sql.relations.reads import models_in, reads
from tests.integration.sql.relations import shown as models
from tests.integration.sql.relations.library import Book, Category


class Team(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    name: str
    heroes: list["Hero"] = Relationship(back_populates="team")


class Hero(SQLModel, table=True):
    id: int | None = Column(default=None, primary_key=True)
    name: str
    secret_name: str
    team_id: int | None = Column(default=None, foreign_key="team.id")
    team: Team | None = Relationship(back_populates="heroes")


class TeamRead(SQLModel):
    name: str


class HeroRead(SQLModel):
    name: str
    team: TeamRead | None = None


@dataclass
class Point:
    x: int
    y: int


class Atlas(DeclarativeBase):
    """Of these tests alone."""


class Place(Atlas):
    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    where: Mapped[Point] = composite(mapped_column("x"), mapped_column("y"))
    text: Mapped[str]


class PlaceOut(BaseModel):
    where: Any


class Plain(BaseModel):
    name: str


class TestModels:
    def test_in_annotations(self) -> None:
        assert models_in(list[Plain] | None) == (Plain,)
        assert models_in(dict[str, Plain | TeamRead]) == (Plain, TeamRead)
        assert models_in(models.Reviews) == (models.ReviewOut,)
        assert models_in(models.Tags) == (models.TagOut,)
        assert models_in(list[int]) == ()

    def test_of_annotated_types_that_have_no_hash(self) -> None:
        from typing import Annotated

        assert shown(Annotated[models.PlainOut, {"not": "hashable"}], Book)

    def test_where_a_value_may_be(self) -> None:
        class Out(BaseModel):
            plain: int
            alias: int = Field(alias="other")
            choices: int = Field(validation_alias=AliasChoices("a", AliasPath("b", 0, "c")))

        class ByName(Out):
            model_config = ConfigDict(validate_by_name=True)

        class OnlyByName(Out):
            model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)

        def paths(model: Any) -> list[Any]:
            return [read.paths for read in reads(model)]

        assert paths(Out) == [(("plain",),), (("other",),), (("a",), ("b", "c"))]
        assert paths(ByName) == [
            (("plain",),),
            (("other",), ("alias",)),
            (("a",), ("b", "c"), ("choices",)),
        ]
        assert paths(OnlyByName) == [(("plain",),), (("alias",),), (("choices",),)]


class TestLoading:
    def test_keys_and_the_version_are_always_loaded(self) -> None:
        root = loading((models.PlainOut,), Book, None)
        assert root.columns == {"id", "title", "author_id", "version"}
        assert not root.whole

    def test_a_property_needs_nobody_knows_which_columns(self) -> None:
        assert loading((models.NamedOut,), Book, None).whole

    def test_sqlmodel(self) -> None:
        text = str(select_for(list[HeroRead], Hero))
        assert "JOIN team" in text
        assert "secret_name" not in text

    def test_composites(self) -> None:
        text = str(select_for(PlaceOut, Place))
        assert "places.x, places.y" in text
        assert "places.text" not in text

    def test_it_is_decided_once(self) -> None:
        first = shown(models.BookOut, Book)
        assert shown(list[models.BookOut], Book) is first


class TestMistakes:
    def test_an_attribute_that_does_not_exist(self) -> None:
        class Out(BaseModel):
            titel: str

        with pytest.raises(TalarianError, match=r"Out\.titel reads Book\.titel, which does not"):
            shown(Out, Book)

    def test_what_has_a_default_may_be_missing(self) -> None:
        class Out(BaseModel):
            titel: str = ""

        assert shown(Out, Book)

    def test_what_cannot_be_loaded_with_its_object(self) -> None:
        class Out(BaseModel):
            loans: list[Plain]

        with pytest.raises(TalarianError, match=r"Out\.loans.*Book\.loans.*lazy='write_only'"):
            shown(Out, Book)

    def test_a_model_without_end(self) -> None:
        with pytest.raises(TalarianError, match=r"CategoryOut contains itself.*depth=3"):
            shown(models.CategoryOut, Category)
        with pytest.raises(TalarianError, match=r"depth=0"):
            shown(models.CategoryOut, Category, depth=0)

    def test_what_is_no_model_and_what_is_no_entity(self) -> None:
        with pytest.raises(TalarianError, match="no model in list"):
            shown(list[int], Book)
        with pytest.raises(TalarianError, match="not a mapped class"):
            shown(models.BookOut, Plain)
