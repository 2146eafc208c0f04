"""A plan that may be changed, and the plan that comes back."""

import dataclasses
from typing import Annotated, Any

import pytest
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from talarian import Depends, Header, Query, Request, Security
from talarian.compat.dependants import Dependant, freeze, thaw
from talarian.compat.dependencies import (
    add_non_field_param_to_dependency,
    add_param_to_fields,
    analyze_param,
    get_body_field,
    get_dependant,
    get_flat_body_params,
    get_flat_dependant,
    get_flat_params,
    get_parameterless_sub_dependant,
    should_embed_body_fields,
)
from talarian.compat.fields import ModelField, create_model_field
from talarian.engine.analyse.calls import analyse_call
from talarian.engine.declare.security import SecurityScopes
from talarian.engine.declare.security.api_key import APIKeyHeader
from talarian.engine.ground.errors import TalarianError


def scoped(scopes: SecurityScopes, key: Annotated[str, Depends(APIKeyHeader(name="key"))]) -> str:
    return key


def endpoint(
    item_id: int,
    request: Request,
    tags: dict[str, str],
    page: Annotated[int, Query()] = 1,
    who: str = Security(scoped, scopes=["read"]),
) -> None: ...


def test_unchanged_it_freezes_to_the_very_plan_it_was() -> None:
    plan = analyse_call(endpoint, "/{item_id}")
    assert freeze(thaw(plan)) is plan


def test_a_change_far_below_makes_another_plan_and_only_once() -> None:
    plan = analyse_call(endpoint, "/{item_id}")
    dependant = thaw(plan)
    dependant.dependencies[0].dependencies[0].name = "other"
    frozen = freeze(dependant)
    assert frozen is not plan
    assert [call.name for call in frozen.walk()] == [None, "who", "other"]
    assert freeze(dependant) is frozen


def test_what_freezes_says_the_same_as_the_analysis() -> None:
    plan = analyse_call(endpoint, "/{item_id}")
    dependant = thaw(plan)
    dependant.dependencies[0].dependencies.reverse()  # changes nothing that matters
    copied = freeze(dataclasses.replace(dependant))
    for attribute in ("kind", "scope", "cache_key", "security_scopes", "path_params", "injections"):
        assert getattr(copied, attribute) == getattr(plan, attribute), attribute


def test_a_dependant_may_only_hold_dependencies_together() -> None:
    assert freeze(Dependant(dependencies=[get_dependant(path="/", call=endpoint)])).call() is None


def test_the_parameters_of_a_dependant() -> None:
    dependant = get_dependant(path="/{item_id}", call=endpoint)
    assert [field.name for field in get_flat_params(dependant)] == ["item_id", "page"]
    assert [field.name for field in get_flat_body_params(dependant)] == ["tags"]
    flat = get_flat_dependant(dependant)
    assert [part.call for part in flat.dependencies] == [
        scoped,
        dependant.dependencies[0].dependencies[0].call,
    ]


def test_a_dependency_for_nobody() -> None:
    dependant = get_parameterless_sub_dependant(depends=Depends(scoped), path="/")
    assert (dependant.name, dependant.own_oauth_scopes, dependant.parent_oauth_scopes) == (
        None,
        [],
        None,
    )


def test_parameters_can_be_added_by_hand() -> None:
    dependant = Dependant(call=endpoint)
    token = ModelField(Header(annotation=str, alias="x-token"), "token")
    add_param_to_fields(field=token, dependant=dependant)
    assert dependant.header_params == [token]
    kinds: list[tuple[Any, bool | None]] = [(Request, True), (int, None), (object, None)]
    for annotation, expected in kinds:
        added = add_non_field_param_to_dependency(
            param_name="given", type_annotation=annotation, dependant=dependant
        )
        assert added is expected
    assert dependant.request_param_name == "given"


def test_one_parameter_is_a_field_a_dependency_or_neither() -> None:
    def analyzed(annotation: Any) -> Any:
        details = analyze_param(
            param_name="x", annotation=annotation, value=1, path_param_names=set()
        )
        return details.type_annotation, details.depends is not None, details.field is not None

    assert analyzed(Annotated[int, Query()]) == (int, False, True)
    assert analyzed(Annotated[int, Depends(scoped)]) == (int, True, False)
    assert analyzed(Request) == (Request, False, False)


def test_several_body_fields_are_keys_of_one() -> None:
    first = create_model_field("first", int)
    second = create_model_field("second", int)
    assert not should_embed_body_fields([first])
    assert should_embed_body_fields([first, second])
    whole = get_body_field(body_params=[first, second], name="both", embed_body_fields=True)
    assert whole is not None
    assert whole.validate({"first": 1, "second": 2})[0].second == 2
    assert get_body_field(body_params=[], name="none", embed_body_fields=False) is None


def test_a_field_by_fastapis_names() -> None:
    field = ModelField(name="items", field_info=FieldInfo(annotation=list[int], alias="Items"))
    assert (field.alias, field.default, field.required) == ("Items", PydanticUndefined, True)
    assert field.validate(["1"]) == ([1], [])
    assert field.validate(["x"], {}, loc=("body",))[1][0]["loc"] == ("body", 0)
    assert field.serialize_json([1]) == b"[1]"
    assert ModelField.of(field._field) == field


def test_what_pydantic_cannot_handle_is_said() -> None:
    class Opaque: ...

    with pytest.raises(TalarianError, match="Invalid args for response field"):
        create_model_field("opaque", Opaque)
