from typing import Any

import pytest
from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from talarian.engine.declare import param_functions, params
from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.params import (
    Body,
    Cookie,
    File,
    Form,
    Header,
    Param,
    ParamTypes,
    Path,
    Query,
)
from talarian.engine.ground.errors import TalarianDeprecationWarning

MARKERS: list[Any] = [Param, Path, Query, Header, Cookie, Body, Form, File]


@pytest.mark.parametrize("marker", MARKERS)
def test_a_marker_is_a_pydantic_field(marker: Any) -> None:
    made = marker(title="T", ge=1, json_schema_extra={"x": 1})
    assert isinstance(made, FieldInfo)
    assert (made.title, made.json_schema_extra) == ("T", {"x": 1})
    assert [constraint.ge for constraint in made.metadata] == [1]


@pytest.mark.parametrize("marker", MARKERS)
def test_what_nobody_said_pydantic_is_not_told(marker: Any) -> None:
    """Otherwise it would hide what `Field(...)` in the same `Annotated` says."""
    assert set(marker()._attributes_set) <= {"default"}


@pytest.mark.parametrize("constraint", ["gt", "ge", "lt", "le", "min_length", "pattern"])
def test_none_is_no_constraint(constraint: str) -> None:
    options: Any = {constraint: None}
    assert Query(**options).metadata == []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"alias": "a"}, ("a", "a", "a")),
        ({"alias": "a", "validation_alias": "v"}, ("a", "v", "a")),
        ({"alias": "a", "serialization_alias": "s"}, ("a", "a", "s")),
        ({"validation_alias": "v"}, (None, "v", None)),
    ],
)
def test_an_alias_stands_for_the_others(options: Any, names: tuple[str | None, ...]) -> None:
    made = Query(**options)
    assert (made.alias, made.validation_alias, made.serialization_alias) == names


def test_alias_choices_are_kept() -> None:
    choices = AliasChoices("a", "b")
    assert Query(alias="x", validation_alias=choices).validation_alias is choices


@pytest.mark.parametrize("marker", MARKERS)
def test_an_unknown_keyword_is_named(marker: Any) -> None:
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'gee'"):
        marker(gee=1)


@pytest.mark.parametrize(("marker", "option"), [(Query, "embed"), (Cookie, "media_type")])
def test_keywords_of_other_places_are_unknown(marker: Any, option: str) -> None:
    with pytest.raises(TypeError, match=option):
        marker(**{option: True})


def test_a_path_is_always_required() -> None:
    assert Path().is_required()
    assert Path(...).is_required()
    with pytest.raises(AssertionError, match="Path parameters cannot have a default value"):
        Path(1)


@pytest.mark.parametrize(
    ("marker", "place"), [(Path, "path"), (Query, "query"), (Header, "header"), (Cookie, "cookie")]
)
def test_places(marker: Any, place: str) -> None:
    assert marker().in_ is ParamTypes(place)


@pytest.mark.parametrize(
    ("marker", "media_type"),
    [
        (Body, "application/json"),
        (Form, "application/x-www-form-urlencoded"),
        (File, "multipart/form-data"),
    ],
)
def test_media_types(marker: Any, media_type: str) -> None:
    assert marker().media_type == media_type
    assert marker(media_type="text/plain").media_type == "text/plain"


def test_header_names_are_dashed_unless_told_otherwise() -> None:
    assert Header().convert_underscores
    assert not Header(convert_underscores=False).convert_underscores


def test_old_names_warn_and_work() -> None:
    with pytest.warns(TalarianDeprecationWarning, match="use `pattern` instead"):
        made = Query(regex="a+")
    assert made.metadata[0].pattern == "a+"
    with pytest.warns(TalarianDeprecationWarning, match="use `pattern` instead"):
        assert Query(regex="a+", pattern="b+").metadata[0].pattern == "b+"
    with pytest.warns(TalarianDeprecationWarning, match="use `examples` instead"):
        assert Query(example=None).example is None


@pytest.mark.parametrize("module", [param_functions, params])
@pytest.mark.parametrize("name", ["Path", "Query", "Header", "Cookie", "Body", "Form", "File"])
def test_the_warning_points_to_who_wrote_it(module: Any, name: str) -> None:
    with pytest.warns(TalarianDeprecationWarning) as caught:
        getattr(module, name)(example=1)
    assert [warning.filename for warning in caught] == [__file__]


@pytest.mark.parametrize("name", ["Path", "Query", "Header", "Cookie", "Body", "Form", "File"])
def test_functions_make_the_marker_of_their_name(name: str) -> None:
    made = getattr(param_functions, name)(description="D")
    assert type(made) is getattr(params, name)
    assert made.description == "D"


def test_a_factory_makes_a_default() -> None:
    made = Query(default_factory=list)
    assert not made.is_required()
    assert made.default is PydanticUndefined


def test_repr_shows_the_default() -> None:
    assert repr(Query(5)) == "Query(5)"
    assert repr(Body()) == "Body(PydanticUndefined)"


def test_dependencies_are_frozen_data() -> None:
    def needed() -> None: ...

    made = param_functions.Depends(needed, use_cache=False, scope="function")
    assert made == Depends(needed, use_cache=False, scope="function")
    assert param_functions.Security(needed, scopes=["a"]) == Security(needed, scopes=["a"])
    with pytest.raises(AttributeError):
        made.use_cache = True
