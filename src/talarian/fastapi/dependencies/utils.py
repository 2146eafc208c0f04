"""FastAPI's `fastapi.dependencies.utils`."""

from ...compat.dependants import (
    Dependant,
    get_cache_key as _get_cache_key,
    get_computed_scope as _get_computed_scope,
    get_oauth_scopes as _get_oauth_scopes,
)
from ...compat.dependencies import (
    ParamDetails,
    SolvedDependency,
    add_non_field_param_to_dependency,
    add_param_to_fields,
    analyze_param,
    get_body_field as _get_body_field,
    get_dependant,
    get_flat_body_params as _get_flat_body_params,
    get_flat_dependant,
    get_flat_params,
    get_parameterless_sub_dependant,
    get_typed_annotation,
    get_typed_return_annotation,
    get_typed_signature,
    get_validation_alias,
    request_body_to_args,
    request_params_to_args,
    should_embed_body_fields as _should_embed_body_fields,
    solve_dependencies,
)
from ...compat.fields import (
    ModelField,
    create_model_field,
)
from ...compat.forms import (
    get_form_models as _get_form_models,
    get_multidict_value as _get_multidict_value,
    get_param_aliases as _get_param_aliases,
    is_form_model_supplied as _is_form_model_supplied,
    normalize_form_model as _normalize_form_model,
)
from ...engine.analyse.multipart import (
    NOT_INSTALLED as multipart_not_installed_error,
    WRONG_PACKAGE as multipart_incorrect_install_error,
    ensure_multipart_is_installed,
)
from ...engine.analyse.plan import (
    CacheKey as DependencyCacheKey,
)
from ...engine.analyse.responses import (
    stream_item_type as get_stream_item_type,
)
from ...engine.compile.forms import (
    read_upload as _read_file_bytes,
)
from .._passing import offer_passing_names
from .models import (
    _is_async_gen_callable,
    _is_coroutine_callable,
    _is_gen_callable,
)

__all__ = [
    "Dependant",
    "DependencyCacheKey",
    "ModelField",
    "ParamDetails",
    "SolvedDependency",
    "_get_body_field",
    "_get_cache_key",
    "_get_computed_scope",
    "_get_flat_body_params",
    "_get_form_models",
    "_get_multidict_value",
    "_get_oauth_scopes",
    "_get_param_aliases",
    "_is_async_gen_callable",
    "_is_coroutine_callable",
    "_is_form_model_supplied",
    "_is_gen_callable",
    "_normalize_form_model",
    "_read_file_bytes",
    "_should_embed_body_fields",
    "add_non_field_param_to_dependency",
    "add_param_to_fields",
    "analyze_param",
    "create_model_field",
    "ensure_multipart_is_installed",
    "get_dependant",
    "get_flat_dependant",
    "get_flat_params",
    "get_parameterless_sub_dependant",
    "get_stream_item_type",
    "get_typed_annotation",
    "get_typed_return_annotation",
    "get_typed_signature",
    "get_validation_alias",
    "multipart_incorrect_install_error",
    "multipart_not_installed_error",
    "request_body_to_args",
    "request_params_to_args",
    "solve_dependencies",
]

offer_passing_names(__name__)
