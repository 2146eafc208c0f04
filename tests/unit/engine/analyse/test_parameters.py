"""The rules of choice, by their numbers in `decide`."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from pydantic import AliasChoices, BaseModel, Field, Json as PydanticJson
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from talarian.engine.analyse.parameters import Decision, decide
from talarian.engine.analyse.plan import Injection
from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.params import Body, Cookie, File, Form, Header, Path, Query
from talarian.engine.declare.security import SecurityScopes
from talarian.engine.fields.field import Field as RequestField
from talarian.engine.fields.upload import UploadFile
from talarian.engine.ground.background import BackgroundTasks
from talarian.engine.ground.errors import TalarianError


class Item(BaseModel):
    name: str


AnyJson: Any = PydanticJson


class Service: ...


class OwnRequest(Request): ...


def needed() -> int:
    return 1


def decided(endpoint: Callable[..., Any], *path_names: str) -> Decision:
    """What the first parameter of a function is."""
    parameter = next(iter(inspect.signature(endpoint).parameters.values()))
    return decide(parameter, path_names)


def field(annotation: Any, *path_names: str, default: Any = inspect.Parameter.empty) -> Any:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameter = inspect.Parameter("value", kind, annotation=annotation, default=default)
    found = decide(parameter, path_names)
    assert isinstance(found, RequestField)
    return found


class TestRule1AndRule4Dependencies:
    def test_as_the_default_or_in_annotated(self) -> None:
        def as_default(value: int = Depends(needed)) -> None: ...  # type: ignore[assignment]
        def in_annotated(value: Annotated[int, Depends(needed)]) -> None: ...

        assert decided(as_default) == Depends(needed)
        assert decided(in_annotated) == Depends(needed)

    def test_of_several_the_last_one_counts(self) -> None:
        def endpoint(value: Annotated[int, Query(), Depends(needed)]) -> None: ...

        assert decided(endpoint) == Depends(needed)

    def test_without_a_callable_the_annotation_is_called(self) -> None:
        def endpoint(value: Annotated[Service, Security(scopes=["a"])]) -> None: ...

        assert decided(endpoint) == Security(Service, scopes=["a"])

    def test_a_dependency_may_be_asked_for_a_path_name(self) -> None:
        def endpoint(value: Annotated[int, Depends(needed)]) -> None: ...

        assert decided(endpoint, "value") == Depends(needed)

    def test_twice_is_one_too_many(self) -> None:
        def endpoint(value: Annotated[int, Depends(needed)] = Depends(needed)) -> None: ...  # type: ignore[assignment]

        with pytest.raises(
            AssertionError, match=r"`Depends` in `Annotated` and default .* 'value'"
        ):
            decided(endpoint)

    def test_a_place_and_a_dependency_contradict_each_other(self) -> None:
        def endpoint(value: Annotated[int, Query()] = Depends(needed)) -> None: ...  # type: ignore[assignment]

        with pytest.raises(
            AssertionError, match=r"`Depends` as a default value together .*'value'"
        ):
            decided(endpoint)


class TestRule2PlaceAsDefault:
    def test_the_marker_keeps_its_default(self) -> None:
        found = field(int, default=Query(5, alias="v"))
        assert isinstance(found.info, Query)
        assert (found.annotation, found.alias, found.default()) == (int, "v", 5)

    def test_the_users_marker_is_not_changed(self) -> None:
        marker = Query(5)
        field(int, default=marker)
        assert (marker.annotation, marker.alias) == (None, None)

    def test_twice_is_one_too_many(self) -> None:
        with pytest.raises(
            AssertionError, match=r"annotations in `Annotated` and default .*'value'"
        ):
            field(Annotated[int, Query()], default=Query())

    def test_a_plain_field_has_no_place(self) -> None:
        with pytest.raises(AssertionError, match="must be in path, query, header or cookie: value"):
            field(int, default=Field(5))


class TestRule3PlaceInAnnotated:
    def test_the_default_stays_where_python_has_it(self) -> None:
        found = field(Annotated[int, Header()], default=5)
        assert isinstance(found.info, Header)
        assert found.default() == 5

    def test_what_else_annotated_says_is_kept(self) -> None:
        found = field(Annotated[int, Field(title="T", le=3), Query(ge=1)])
        assert found.info.title == "T"
        assert found.validate(0, ())[1]
        assert found.validate(4, ())[1]

    def test_a_default_inside_is_refused(self) -> None:
        with pytest.raises(AssertionError, match=r"`Query` default value cannot be set in `Annot"):
            field(Annotated[int, Query(5)])

    def test_an_ellipsis_inside_means_required(self) -> None:
        assert field(Annotated[int, Query(...)]).required

    def test_a_path_has_no_default(self) -> None:
        with pytest.raises(AssertionError, match="Path parameters cannot have default values"):
            field(Annotated[int, Path()], "value", default=5)

    def test_none_as_default_makes_it_optional(self) -> None:
        found = field(Annotated[int | None, Query()], default=None)
        assert not found.required
        assert found.default() is None


class TestRule5Injections:
    @pytest.mark.parametrize(
        ("annotation", "injection"),
        [
            (Request, Injection.REQUEST),
            (OwnRequest, Injection.REQUEST),
            (WebSocket, Injection.WEBSOCKET),
            (HTTPConnection, Injection.CONNECTION),
            (Response, Injection.RESPONSE),
            (JSONResponse, Injection.RESPONSE),
            (BackgroundTasks, Injection.BACKGROUND),
            (StarletteBackgroundTasks, Injection.BACKGROUND),
            (SecurityScopes, Injection.SCOPES),
            (Annotated[Request, "metadata"], Injection.REQUEST),
        ],
    )
    def test_by_type(self, annotation: Any, injection: Injection) -> None:
        parameter = inspect.Parameter(
            "value", inspect.Parameter.KEYWORD_ONLY, annotation=annotation
        )
        assert decide(parameter, ()) is injection

    def test_it_has_no_place_in_the_request(self) -> None:
        with pytest.raises(
            AssertionError, match=r"Cannot specify .* annotation for type .*Request"
        ):
            field(Annotated[Request, Query()])


class TestRule6Inferred:
    @pytest.mark.parametrize(
        ("annotation", "place"),
        [
            (int, Query),
            (inspect.Parameter.empty, Query),
            (int | None, Query),
            (Item, Body),
            (list[int], Body),
            (list[Item], Body),
            (dict[str, int], Body),
            (int | Item, Body),
            (UploadFile, File),
            (list[UploadFile], File),
            (UploadFile | None, File),
            (Annotated[int, Field(ge=1)], Query),
        ],
    )
    def test_by_shape(self, annotation: Any, place: type) -> None:
        assert type(field(annotation).info) is place

    def test_a_name_of_the_path_is_its_part(self) -> None:
        found = field(int, "value", default=5)
        assert type(found.info) is Path
        assert found.required

    def test_the_default_is_kept_unless_it_is_a_path(self) -> None:
        assert field(int, default=5).default() == 5
        assert field(int | None, default=None).default() is None
        assert field(int).required


class TestRule7Checks:
    @pytest.mark.parametrize("marker", [Query(), Header(), Cookie(), Body(), Form(), File()])
    def test_a_name_of_the_path_is_nothing_else(self, marker: Any) -> None:
        name = type(marker).__name__
        with pytest.raises(AssertionError, match=f"Cannot use `{name}` for path param 'value'"):
            field(Annotated[str, marker], "value")

    def test_a_default_for_it_is_the_first_thing_wrong(self) -> None:
        with pytest.raises(AssertionError, match="Path parameters cannot have default values"):
            field(str, "value", default=Query("x"))

    @pytest.mark.parametrize("annotation", [list[int], Item, dict[str, int]])
    def test_a_path_carries_one_string(self, annotation: Any) -> None:
        with pytest.raises(AssertionError, match="Path params must be of one of the supported"):
            field(annotation, "value")

    @pytest.mark.parametrize("annotation", [list[int], set[str], Item, AnyJson, int | None])
    def test_a_query_carries_several_strings(self, annotation: Any) -> None:
        assert isinstance(field(Annotated[annotation, Query()]).info, Query)

    @pytest.mark.parametrize("annotation", [dict[str, int], list[Item], list[list[int]]])
    def test_a_query_cannot_nest(self, annotation: Any) -> None:
        with pytest.raises(AssertionError, match="Query parameter 'value' must be one of the supp"):
            field(Annotated[annotation, Query()])

    def test_pydantic_has_to_know_the_type(self) -> None:
        with pytest.raises(
            TalarianError, match=r"check that .*Service.* is a valid Pydantic field"
        ):
            field(Service)


class TestNames:
    @pytest.mark.parametrize(
        ("marker", "alias"),
        [
            (Query(), "a_value"),
            (Header(), "a-value"),
            (Header(convert_underscores=False), "a_value"),
            (Header(alias="own_Name"), "own_Name"),
        ],
    )
    def test_on_the_wire(self, marker: Any, alias: str) -> None:
        kind = inspect.Parameter.KEYWORD_ONLY
        parameter = inspect.Parameter("a_value", kind, annotation=Annotated[str, marker])
        found = decide(parameter, ())
        assert isinstance(found, RequestField)
        assert found.names == (alias,)

    def test_the_path_knows_which_of_several_names_it_has(self) -> None:
        choices = Path(validation_alias=AliasChoices("first", "value", "second"))
        assert field(Annotated[int, choices], "value").names == ("value",)
