"""The inner names of `fastapi.openapi.utils`, which builders of documents of their own use."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from ..engine.analyse.plan import BodyPlan
from ..engine.app.tree import RouteContext, iter_route_contexts
from ..engine.declare import params
from ..engine.describe import bodies, merge, responses
from ..engine.describe.operations import Operations, outlines
from ..engine.describe.parameters import ParameterSource, describe_parameters, parameter_sources
from ..engine.describe.schemas import Schemas
from .dependants import Dependant, freeze
from .fields import ModelField, engine_field, model_fields
from .live import watch
from .models import FieldMapping, ModelNameMap


def get_fields_from_routes(routes: Sequence[BaseRoute | RouteContext]) -> list[ModelField]:
    """Every field whose schema the document of these routes shows."""
    return model_fields(
        field
        for outline in outlines(iter_route_contexts(routes))
        for part in outline.walk()
        for field in part.fields()
    )


def get_openapi_path(
    *,
    route: Any,
    operation_ids: set[str],
    model_name_map: ModelNameMap,
    field_mapping: FieldMapping,
    separate_input_output_schemas: bool = True,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The Path Item Object of a route, its security schemes, and the schemas it refers to."""
    found = outlines([route])
    fields = [field for outline in found for part in outline.walk() for field in part.fields()]
    schemas = Schemas(fields, separate=separate_input_output_schemas)
    operations = Operations(schemas, operation_ids)
    path = operations.paths(found).get(route.path_format, {})
    return path, operations.security_schemes, schemas.components() if path else {}


@dataclass(frozen=True)
class OpenAPIDependencyData:
    """The parameters of a dependant and of everything below it."""

    parameters: tuple[ParameterSource, ...]


def get_openapi_dependency_data(dependant: Dependant) -> OpenAPIDependencyData:
    """Gather the parameters that the document shows."""
    return OpenAPIDependencyData(parameter_sources(freeze(dependant)))


def get_openapi_operation_parameters(
    *,
    dependency_data: OpenAPIDependencyData,
    model_name_map: ModelNameMap,
    field_mapping: FieldMapping,
    separate_input_output_schemas: bool = True,
) -> list[dict[str, Any]]:
    """The Parameter Objects of an operation."""
    sources = dependency_data.parameters
    schemas = Schemas([source.field for source in sources], separate=separate_input_output_schemas)
    return describe_parameters(sources, schemas)


def get_openapi_operation_request_body(
    *,
    body_field: ModelField | None,
    model_name_map: ModelNameMap,
    field_mapping: FieldMapping,
    separate_input_output_schemas: bool = True,
) -> dict[str, Any] | None:
    """The Request Body Object, or `None` without a body."""
    field = engine_field(body_field)
    if field is None:
        return None
    body = BodyPlan(
        field=field, fields=(field,), embed=False, form=isinstance(field.info, params.Form)
    )
    schemas = Schemas(bodies.documented_fields(body), separate=separate_input_output_schemas)
    return bodies.describe_body(body, field.name, schemas)


def generate_operation_summary(*, route: Any, method: str) -> str:
    """The summary of an operation: the given one, or the name in words."""
    summary: str = route.summary or route.name.replace("_", " ").title()
    return summary


def deep_dict_update(main_dict: dict[Any, Any], update_dict: dict[Any, Any]) -> None:
    """Lay `update_dict` over `main_dict`, which is changed."""
    main_dict.update(merge.merged(main_dict, update_dict))


def generate_operation_id_for_path(*, name: str, path: str, method: str) -> str:
    """FastAPI's first default operation id: name, path and method."""
    return f"{re.sub(r'[^0-9a-zA-Z_]', '_', name + path)}_{method.lower()}"


def install(module: str) -> None:
    """Let applications document other validation errors, by setting the definitions in `module`.

    `module` is the name of `fastapi.openapi.utils`.
    """

    def one(schema: dict[str, Any]) -> None:
        responses.VALIDATION_ERROR = schema

    def all_of_them(schema: dict[str, Any]) -> None:
        responses.VALIDATION_ERRORS = schema

    watch(
        module,
        {
            "validation_error_definition": one,
            "validation_error_response_definition": all_of_them,
        },
    )
