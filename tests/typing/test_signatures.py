"""`inspect.signature`, `help()` and notebooks show every keyword, and no keyword of FastAPI lacks.

The names below are FastAPI 0.165's, from its reference: https://fastapi.tiangolo.com/reference/.
"""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from talarian import (
    Body,
    Cookie,
    Depends,
    File,
    Form,
    Header,
    Path,
    Query,
    Route,
    Router,
    Security,
    Talarian,
)
from talarian.engine.declare import options, params


def words(text: str) -> set[str]:
    return set(text.split())


SHARED = words(
    "tags dependencies responses deprecated include_in_schema callbacks "
    "generate_unique_id_function max_body_size form_limits"
)
ROUTE = SHARED | words(
    "path response_model status_code summary description response_description operation_id "
    "response_model_include response_model_exclude response_model_by_alias "
    "response_model_exclude_unset response_model_exclude_defaults response_model_exclude_none "
    "response_class name openapi_extra"
)
ADDED = ROUTE | {"endpoint", "methods", "strict_content_type"}
INCLUDE = SHARED | {"router", "prefix", "default_response_class"}
ROUTER = (INCLUDE - {"router"}) | words(
    "routes redirect_slashes default dependency_overrides_provider route_class on_startup "
    "on_shutdown lifespan strict_content_type"
)
APPLICATION = (SHARED - {"tags"}) | words(
    "telemetry debug routes title summary description version openapi_url openapi_tags "
    "servers default_response_class redirect_slashes docs_url redoc_url "
    "swagger_ui_oauth2_redirect_url swagger_ui_init_oauth middleware exception_handlers "
    "on_startup on_shutdown lifespan terms_of_service contact license_info root_path "
    "root_path_in_servers webhooks swagger_ui_parameters separate_input_output_schemas "
    "openapi_external_docs strict_content_type"
)
FIELD = words(
    "default default_factory alias alias_priority validation_alias serialization_alias title "
    "description gt ge lt le min_length max_length pattern regex discriminator strict "
    "validate_default union_mode fail_fast multiple_of allow_inf_nan max_digits "
    "decimal_places examples example openapi_examples deprecated include_in_schema "
    "json_schema_extra"
)
DEPENDS = {"dependency", "use_cache"}

VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

FASTAPI: list[tuple[Callable[..., Any], set[str]]] = [
    *((getattr(owner, verb), ROUTE) for owner in (Talarian, Router) for verb in VERBS),
    *((owner.api_route, ROUTE - {"callbacks"} | {"methods"}) for owner in (Talarian, Router)),
    (Router.add_api_route, ADDED | {"route_class_override"}),
    (Talarian.add_api_route, ADDED - {"callbacks"}),
    (Router.include_router, INCLUDE),
    (Talarian.include_router, INCLUDE),
    (Route, ADDED | {"dependency_overrides_provider"}),
    (Router, ROUTER),
    (Talarian, APPLICATION),
    (Path, FIELD),
    (Query, FIELD),
    (Cookie, FIELD),
    (Header, FIELD | {"convert_underscores"}),
    (Body, FIELD | {"embed", "media_type"}),
    (Form, FIELD | {"media_type"}),
    (File, FIELD | {"media_type"}),
    (params.Param, FIELD | {"annotation"}),
    (params.Query, FIELD | {"annotation"}),
    (params.Form, FIELD | {"annotation", "media_type"}),
    (Depends, DEPENDS | {"scope", "max_concurrency"}),
    (Security, DEPENDS | {"scopes"}),
]


def shown(call: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    parameters = dict(inspect.signature(call).parameters)
    parameters.pop("self", None)
    return parameters


@pytest.mark.parametrize(("call", "names"), FASTAPI, ids=lambda it: getattr(it, "__qualname__", ""))
def test_every_keyword_of_fastapi_is_shown(call: Callable[..., Any], names: set[str]) -> None:
    assert names <= shown(call).keys()


@pytest.mark.parametrize(("call", "names"), FASTAPI, ids=lambda it: getattr(it, "__qualname__", ""))
def test_nothing_is_hidden_behind_stars(call: Callable[..., Any], names: set[str]) -> None:
    kinds = {parameter.kind for parameter in shown(call).values()}
    assert not kinds & {inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL}


@pytest.mark.parametrize(
    ("call", "typed"),
    [
        (Talarian.get, options.RouteOptions),
        (Router.delete, options.RouteOptions),
        (Router.api_route, options.ApiRouteOptions),
        (Router.add_api_route, options.RegisterOptions),
        (Talarian.add_api_route, options.RegisterOptions),
        (Router.include_router, options.IncludeOptions),
        (Talarian.include_router, options.IncludeOptions),
        (Route, options.AddRouteOptions),
        (Router, options.RouterOptions),
        (Talarian, options.ApplicationOptions),
        (Query, params.FieldOptions),
        (Header, params.HeaderOptions),
        (Body, params.BodyOptions),
        (Form, params.FormOptions),
    ],
)
def test_what_is_shown_is_what_type_checkers_read(call: Callable[..., Any], typed: Any) -> None:
    keywords = {
        name for name, parameter in shown(call).items() if parameter.kind is parameter.KEYWORD_ONLY
    }
    own = {"dependency_overrides_provider"} if call is Route else set[str]()
    assert keywords == typed.__annotations__.keys() | own


def test_defaults_are_the_real_ones() -> None:
    verb, application = shown(Talarian.get), shown(Talarian)
    assert verb["response_description"].default == "Successful Response"
    assert verb["include_in_schema"].default is True
    assert (verb["tags"].default, verb["status_code"].default) == (None, None)
    assert application["docs_url"].default == "/docs"
    assert shown(Form)["media_type"].default == "application/x-www-form-urlencoded"
    assert shown(Path)["default"].default is ...
