"""FastAPI's `fastapi._compat.v2`."""

from pydantic_core import (
    PydanticUndefined as RequiredParam,
    PydanticUndefined as Undefined,
)

from ...compat.fields import (
    ModelField as ModelField,
)
from ...compat.models import (
    copy_field_info as copy_field_info,
    create_body_model as create_body_model,
    evaluate_forwardref as evaluate_forwardref,
    get_cached_model_fields as get_cached_model_fields,
    get_definitions as get_definitions,
    get_flat_models_from_annotation as get_flat_models_from_annotation,
    get_flat_models_from_field as get_flat_models_from_field,
    get_flat_models_from_fields as get_flat_models_from_fields,
    get_flat_models_from_model as get_flat_models_from_model,
    get_missing_field_error as get_missing_field_error,
    get_model_fields as get_model_fields,
    get_model_name_map as get_model_name_map,
    get_schema_from_model_field as get_schema_from_model_field,
    is_scalar_field as is_scalar_field,
    normalize_name as normalize_name,
    serialize_sequence_value as serialize_sequence_value,
)
from ...engine.describe.schemas import (
    SchemaGenerator as GenerateJsonSchema,
)
