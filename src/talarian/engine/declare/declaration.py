"""What the user said about one route, as frozen data, and how an inclusion adds to it."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic.main import IncEx
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from ..ground.callables import AnyCallable
from ..ground.sentinels import Default, DefaultPlaceholder, resolve_default
from .depends import Depends
from .limits import FormLimits
from .naming import generate_unique_id

Tag = str | Enum
Responses = dict[int | str, dict[str, Any]]
ResponseClass = type[Response] | DefaultPlaceholder
UniqueIdFunction = Callable[[Any], str] | DefaultPlaceholder


@dataclass(frozen=True)
class Declaration:
    """Everything that one route was given, its routers' shares included.

    Names and meanings are those of FastAPI's path operation parameters:
    https://fastapi.tiangolo.com/reference/apirouter/
    """

    path: str
    endpoint: AnyCallable
    methods: frozenset[str] = frozenset({"GET"})
    name: str = ""
    response_model: Any = Default(None)
    status_code: int | None = None
    tags: Sequence[Tag] = ()
    dependencies: Sequence[Depends] = ()
    summary: str | None = None
    description: str = ""
    response_description: str = "Successful Response"
    responses: Mapping[int | str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    deprecated: bool | None = None
    operation_id: str | None = None
    response_model_include: IncEx | None = None
    response_model_exclude: IncEx | None = None
    response_model_by_alias: bool = True
    response_model_exclude_unset: bool = False
    response_model_exclude_defaults: bool = False
    response_model_exclude_none: bool = False
    include_in_schema: bool = True
    response_class: ResponseClass = Default(JSONResponse)
    callbacks: Sequence[BaseRoute] | None = None
    openapi_extra: Mapping[str, Any] | None = None
    generate_unique_id_function: UniqueIdFunction = Default(generate_unique_id)
    strict_content_type: bool | DefaultPlaceholder = Default(True)
    max_body_size: int | None = None
    form_limits: FormLimits = dataclasses.field(default_factory=FormLimits)


@dataclass(frozen=True)
class Inclusion:
    """What a router adds to the routes it includes: its own defaults and `include_router`'s.

    Inclusions nest: `outer.around(inner)` is what both add together.
    """

    prefix: str = ""
    tags: Sequence[Tag] = ()
    dependencies: Sequence[Depends] = ()
    default_response_class: ResponseClass = Default(JSONResponse)
    responses: Mapping[int | str, dict[str, Any]] = dataclasses.field(default_factory=dict)
    callbacks: Sequence[BaseRoute] = ()
    deprecated: bool | None = None
    include_in_schema: bool = True
    generate_unique_id_function: UniqueIdFunction = Default(generate_unique_id)
    strict_content_type: bool | DefaultPlaceholder = Default(True)
    max_body_size: int | None = None
    form_limits: FormLimits = dataclasses.field(default_factory=FormLimits)

    def around(self, inner: "Inclusion") -> "Inclusion":
        """Combine with an inclusion nearer to the route: lists add up, the nearer choice wins."""
        return Inclusion(
            prefix=self.prefix + inner.prefix,
            tags=[*self.tags, *inner.tags],
            dependencies=[*self.dependencies, *inner.dependencies],
            default_response_class=resolve_default(
                inner.default_response_class, self.default_response_class
            ),
            responses={**self.responses, **inner.responses},
            callbacks=[*self.callbacks, *inner.callbacks],
            deprecated=inner.deprecated or self.deprecated,
            include_in_schema=self.include_in_schema and inner.include_in_schema,
            generate_unique_id_function=resolve_default(
                inner.generate_unique_id_function, self.generate_unique_id_function
            ),
            strict_content_type=resolve_default(
                inner.strict_content_type, self.strict_content_type
            ),
            max_body_size=nearest(inner.max_body_size, self.max_body_size),
            form_limits={**self.form_limits, **inner.form_limits},
        )

    def applied_to(self, route: Declaration) -> Declaration:
        """Return the route as it is when it is included."""
        return dataclasses.replace(
            route,
            path=self.prefix + route.path,
            tags=[*self.tags, *route.tags],
            dependencies=[*self.dependencies, *route.dependencies],
            response_class=resolve_default(route.response_class, self.default_response_class),
            responses={**self.responses, **route.responses},
            callbacks=[*self.callbacks, *(route.callbacks or ())],
            deprecated=route.deprecated or self.deprecated,
            include_in_schema=self.include_in_schema and route.include_in_schema,
            generate_unique_id_function=resolve_default(
                route.generate_unique_id_function, self.generate_unique_id_function
            ),
            strict_content_type=resolve_default(
                route.strict_content_type, self.strict_content_type
            ),
            max_body_size=nearest(route.max_body_size, self.max_body_size),
            form_limits={**self.form_limits, **route.form_limits},
        )


def nearest(*values: int | None) -> int | None:
    """The first value that was given; zero is one."""
    return next((value for value in values if value is not None), None)
