"""FastAPI's `fastapi._compat`."""

from pydantic.errors import PydanticSchemaGenerationError as PydanticSchemaGenerationError
from pydantic_core import Url as Url
from pydantic_core.core_schema import (
    with_info_plain_validator_function as with_info_plain_validator_function,
)

from .shared import (
    PYDANTIC_VERSION_MINOR_TUPLE as PYDANTIC_VERSION_MINOR_TUPLE,
    annotation_is_pydantic_v1 as annotation_is_pydantic_v1,
    field_annotation_is_scalar as field_annotation_is_scalar,
    field_annotation_is_scalar_sequence as field_annotation_is_scalar_sequence,
    field_annotation_is_sequence as field_annotation_is_sequence,
    is_bytes_or_nonable_bytes_annotation as is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence_annotation as is_bytes_sequence_annotation,
    is_pydantic_v1_model_instance as is_pydantic_v1_model_instance,
    is_uploadfile_or_nonable_uploadfile_annotation as is_uploadfile_or_nonable_uploadfile_annotation,
    is_uploadfile_sequence_annotation as is_uploadfile_sequence_annotation,
    lenient_issubclass as lenient_issubclass,
    sequence_types as sequence_types,
    value_is_sequence as value_is_sequence,
)
from .v2 import (
    ModelField as ModelField,
    RequiredParam as RequiredParam,
    Undefined as Undefined,
    copy_field_info as copy_field_info,
    create_body_model as create_body_model,
    evaluate_forwardref as evaluate_forwardref,
    get_cached_model_fields as get_cached_model_fields,
    get_definitions as get_definitions,
    get_flat_models_from_fields as get_flat_models_from_fields,
    get_missing_field_error as get_missing_field_error,
    get_model_name_map as get_model_name_map,
    get_schema_from_model_field as get_schema_from_model_field,
    is_scalar_field as is_scalar_field,
    serialize_sequence_value as serialize_sequence_value,
)
