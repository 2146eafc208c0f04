"""FastAPI's `fastapi.utils`."""

from ..compat.fields import (
    create_model_field,
)
from ..compat.openapi import (
    deep_dict_update,
    generate_operation_id_for_path,
)
from ..engine.declare.naming import (
    generate_unique_id,
)
from ..engine.ground.sentinels import (
    resolve_default as get_value_or_default,
)
from ..engine.ground.status import (
    is_body_allowed as is_body_allowed_for_status_code,
)
from ..engine.ground.templates import (
    parameter_names as get_path_param_names,
)
from ._passing import offer_passing_names

__all__ = [
    "create_model_field",
    "deep_dict_update",
    "generate_operation_id_for_path",
    "generate_unique_id",
    "get_path_param_names",
    "get_value_or_default",
    "is_body_allowed_for_status_code",
]

offer_passing_names(__name__)
