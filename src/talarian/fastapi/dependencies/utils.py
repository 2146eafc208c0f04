"""FastAPI's `fastapi.dependencies.utils`."""

from ...compat.dependants import (
    Dependant as Dependant,
    get_cache_key as _get_cache_key,
    get_computed_scope as _get_computed_scope,
    get_oauth_scopes as _get_oauth_scopes,
)
from ...compat.dependencies import (
    ParamDetails as ParamDetails,
    SolvedDependency as SolvedDependency,
    add_non_field_param_to_dependency as add_non_field_param_to_dependency,
    add_param_to_fields as add_param_to_fields,
    analyze_param as analyze_param,
    get_body_field as _get_body_field,
    get_dependant as get_dependant,
    get_flat_body_params as _get_flat_body_params,
    get_flat_dependant as get_flat_dependant,
    get_flat_params as get_flat_params,
    get_parameterless_sub_dependant as get_parameterless_sub_dependant,
    get_typed_annotation as get_typed_annotation,
    get_typed_return_annotation as get_typed_return_annotation,
    get_typed_signature as get_typed_signature,
    get_validation_alias as get_validation_alias,
    request_body_to_args as request_body_to_args,
    request_params_to_args as request_params_to_args,
    should_embed_body_fields as _should_embed_body_fields,
    solve_dependencies as solve_dependencies,
)
from ...compat.fields import (
    ModelField as ModelField,
    create_model_field as create_model_field,
)
from ...engine.analyse.multipart import (
    NOT_INSTALLED as multipart_not_installed_error,
    WRONG_PACKAGE as multipart_incorrect_install_error,
    ensure_multipart_is_installed as ensure_multipart_is_installed,
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
from .models import (
    _is_async_gen_callable as _is_async_gen_callable,
    _is_coroutine_callable as _is_coroutine_callable,
    _is_gen_callable as _is_gen_callable,
)
