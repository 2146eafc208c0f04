"""FastAPI's `fastapi._compat.shared`."""

from types import UnionType

from pydantic import VERSION as PYDANTIC_VERSION

from ...compat.models import (
    PYDANTIC_VERSION_MINOR_TUPLE,
    annotation_is_pydantic_v1,
    is_pydantic_v1_model_class,
    sequence_types,
    value_is_sequence,
)
from ...engine.fields.legacy import (
    is_v1_model as is_pydantic_v1_model_instance,
)
from ...engine.fields.shapes import (
    SEQUENCE_TYPES as sequence_annotation_to_type,
    is_bytes as is_bytes_or_nonable_bytes_annotation,
    is_bytes_sequence as is_bytes_sequence_annotation,
    is_scalar as field_annotation_is_scalar,
    is_scalar_sequence as field_annotation_is_scalar_sequence,
    is_sequence as field_annotation_is_sequence,
    is_upload as is_uploadfile_or_nonable_uploadfile_annotation,
    is_upload_sequence as is_uploadfile_sequence_annotation,
)
from ...engine.ground.annotations import (
    is_subclass as lenient_issubclass,
)

__all__ = [
    "PYDANTIC_VERSION",
    "PYDANTIC_VERSION_MINOR_TUPLE",
    "UnionType",
    "annotation_is_pydantic_v1",
    "field_annotation_is_scalar",
    "field_annotation_is_scalar_sequence",
    "field_annotation_is_sequence",
    "is_bytes_or_nonable_bytes_annotation",
    "is_bytes_sequence_annotation",
    "is_pydantic_v1_model_class",
    "is_pydantic_v1_model_instance",
    "is_uploadfile_or_nonable_uploadfile_annotation",
    "is_uploadfile_sequence_annotation",
    "lenient_issubclass",
    "sequence_annotation_to_type",
    "sequence_types",
    "value_is_sequence",
]
