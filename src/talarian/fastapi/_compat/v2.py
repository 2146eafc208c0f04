"""FastAPI's `fastapi._compat.v2`."""

from pydantic_core import (
    PydanticUndefined as RequiredParam,
    PydanticUndefined as Undefined,
)

from ...compat.fields import (
    ModelField,
)
from ...compat.models import (
    copy_field_info,
    create_body_model,
    evaluate_forwardref,
    get_cached_model_fields,
    get_definitions,
    get_flat_models_from_annotation,
    get_flat_models_from_field,
    get_flat_models_from_fields,
    get_flat_models_from_model,
    get_missing_field_error,
    get_model_fields,
    get_model_name_map,
    get_schema_from_model_field,
    is_scalar_field,
    normalize_name,
    serialize_sequence_value,
)
from ...engine.describe.schemas import (
    SchemaGenerator as GenerateJsonSchema,
)

__all__ = [
    "GenerateJsonSchema",
    "ModelField",
    "RequiredParam",
    "Undefined",
    "copy_field_info",
    "create_body_model",
    "evaluate_forwardref",
    "get_cached_model_fields",
    "get_definitions",
    "get_flat_models_from_annotation",
    "get_flat_models_from_field",
    "get_flat_models_from_fields",
    "get_flat_models_from_model",
    "get_missing_field_error",
    "get_model_fields",
    "get_model_name_map",
    "get_schema_from_model_field",
    "is_scalar_field",
    "normalize_name",
    "serialize_sequence_value",
]
