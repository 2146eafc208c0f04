"""FastAPI's `fastapi.openapi.utils`."""

from ...compat.models import (
    get_definitions,
    get_flat_models_from_fields,
    get_model_name_map,
    get_schema_from_model_field,
)
from ...compat.openapi import (
    OpenAPIDependencyData as _OpenAPIDependencyData,
    generate_operation_summary,
    get_fields_from_routes,
    get_openapi_dependency_data as _get_openapi_dependency_data,
    get_openapi_operation_parameters as _get_openapi_operation_parameters,
    get_openapi_operation_request_body,
    get_openapi_path,
    install as _install,
)
from ...engine.app.openapi import (
    get_openapi,
)
from ...engine.describe.responses import (
    VALIDATION_ERROR as validation_error_definition,
    VALIDATION_ERRORS as validation_error_response_definition,
)
from .._passing import offer_passing_names
from .constants import (
    METHODS_WITH_BODY,
    REF_PREFIX,
)

__all__ = [
    "METHODS_WITH_BODY",
    "REF_PREFIX",
    "_OpenAPIDependencyData",
    "_get_openapi_dependency_data",
    "_get_openapi_operation_parameters",
    "generate_operation_summary",
    "get_definitions",
    "get_fields_from_routes",
    "get_flat_models_from_fields",
    "get_model_name_map",
    "get_openapi",
    "get_openapi_operation_request_body",
    "get_openapi_path",
    "get_schema_from_model_field",
    "validation_error_definition",
    "validation_error_response_definition",
]

_install(__name__)
offer_passing_names(__name__)
