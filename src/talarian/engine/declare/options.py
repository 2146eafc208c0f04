"""The keywords of routers and routes, each written once.

Verbs, `add_api_route`, routers and the application unpack these; what a keyword means is said in
FastAPI's reference: https://fastapi.tiangolo.com/reference/apirouter/.
"""

from collections.abc import Callable, Collection, Sequence
from enum import Enum
from typing import Any, Protocol, TypedDict

from pydantic.main import IncEx
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Lifespan

from ..ground.sentinels import Default, DefaultPlaceholder
from .depends import Depends
from .limits import FormLimits
from .naming import generate_unique_id


class _SharedOptions(TypedDict, total=False):
    """What applications, routers, inclusions and routes have in common."""

    tags: list[str | Enum] | None
    dependencies: Sequence[Depends] | None
    responses: dict[int | str, dict[str, Any]] | None
    deprecated: bool | None
    include_in_schema: bool
    callbacks: list[BaseRoute] | None
    generate_unique_id_function: Callable[[Any], str]
    max_body_size: int | None
    form_limits: FormLimits | None


class RouteOptions(_SharedOptions, total=False):
    """Keywords of `get`, `post` and the other verbs."""

    response_model: Any
    status_code: int | None
    summary: str | None
    description: str | None
    response_description: str
    operation_id: str | None
    response_model_include: IncEx | None
    response_model_exclude: IncEx | None
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    response_class: type[Response] | DefaultPlaceholder
    name: str | None
    openapi_extra: dict[str, Any] | None


class ApiRouteOptions(RouteOptions, total=False):
    """Keywords of `api_route`, which serves several methods."""

    methods: Collection[str] | None


class AddRouteOptions(ApiRouteOptions, total=False):
    """Keywords of a route's constructor."""

    strict_content_type: bool | DefaultPlaceholder


class RegisterOptions(AddRouteOptions, total=False):
    """Keywords of `add_api_route`."""

    route_class_override: type[Any] | None


class IncludeOptions(_SharedOptions, total=False):
    """Keywords of `include_router`."""

    prefix: str
    default_response_class: type[Response]


class RouterOptions(IncludeOptions, total=False):
    """Keywords of a router."""

    routes: list[BaseRoute] | None
    redirect_slashes: bool
    default: ASGIApp | None
    dependency_overrides_provider: Any | None
    route_class: type[Any]
    on_startup: Sequence[Callable[[], Any]] | None
    on_shutdown: Sequence[Callable[[], Any]] | None
    lifespan: Lifespan[Any] | None
    strict_content_type: bool


SHARED_DEFAULTS: dict[str, Any] = {
    "include_in_schema": True,
    "generate_unique_id_function": Default(generate_unique_id),
}

ROUTE_DEFAULTS: dict[str, Any] = SHARED_DEFAULTS | {
    "response_model": Default(None),
    "response_description": "Successful Response",
    "response_model_by_alias": True,
    "response_model_exclude_unset": False,
    "response_model_exclude_defaults": False,
    "response_model_exclude_none": False,
    "response_class": Default(JSONResponse),
    "strict_content_type": Default(True),
}

ROUTER_DEFAULTS: dict[str, Any] = SHARED_DEFAULTS | {
    "prefix": "",
    "default_response_class": Default(JSONResponse),
    "redirect_slashes": True,
    "strict_content_type": Default(True),
}


class ApplicationOptions(TypedDict, total=False):
    """Keywords of the application: https://fastapi.tiangolo.com/reference/fastapi/."""

    telemetry: Any
    debug: bool
    routes: list[BaseRoute] | None
    title: str
    summary: str | None
    description: str
    version: str
    openapi_url: str | None
    openapi_tags: list[dict[str, Any]] | None
    servers: list[dict[str, Any]] | None
    dependencies: Sequence[Depends] | None
    default_response_class: type[Response]
    redirect_slashes: bool
    docs_url: str | None
    redoc_url: str | None
    swagger_ui_oauth2_redirect_url: str | None
    swagger_ui_init_oauth: dict[str, Any] | None
    middleware: Sequence[Middleware] | None
    exception_handlers: dict[int | type[Exception], Callable[..., Any]] | None
    on_startup: Sequence[Callable[[], Any]] | None
    on_shutdown: Sequence[Callable[[], Any]] | None
    lifespan: Lifespan[Any] | None
    terms_of_service: str | None
    contact: dict[str, Any] | None
    license_info: dict[str, Any] | None
    root_path: str
    root_path_in_servers: bool
    responses: dict[int | str, dict[str, Any]] | None
    callbacks: list[BaseRoute] | None
    webhooks: Any
    deprecated: bool | None
    include_in_schema: bool
    swagger_ui_parameters: dict[str, Any] | None
    generate_unique_id_function: Callable[[Any], str]
    separate_input_output_schemas: bool
    openapi_external_docs: dict[str, Any] | None
    strict_content_type: bool
    max_body_size: int | None
    form_limits: FormLimits | None


class Installable(Protocol):
    """An extension, or an object that has one: all that the engine knows of extensions."""

    def __extension__(self) -> Any:
        """Return the extension."""


class TalarianOptions(ApplicationOptions, total=False):
    """FastAPI's keywords and our own, which `inspect.signature` does not show."""

    extensions: Sequence[Installable]


APPLICATION_DEFAULTS: dict[str, Any] = SHARED_DEFAULTS | {
    "debug": False,
    "title": "FastAPI",
    "description": "",
    "version": "0.1.0",
    "openapi_url": "/openapi.json",
    "default_response_class": Default(JSONResponse),
    "redirect_slashes": True,
    "docs_url": "/docs",
    "redoc_url": "/redoc",
    "swagger_ui_oauth2_redirect_url": "/docs/oauth2-redirect",
    "root_path": "",
    "root_path_in_servers": True,
    "separate_input_output_schemas": True,
    "strict_content_type": True,
}
