"""FastAPI's `fastapi.routing`."""

from starlette.routing import (
    BaseRoute,
    Host,
    Match,
    Mount,
    NoMatchFound,
    compile_path,
    get_name,
)

from ..compat.dependants import Dependant
from ..compat.dependencies import (
    SolvedDependency,
    get_dependant,
    get_flat_body_params as _get_flat_body_params,
    get_parameterless_sub_dependant,
    get_typed_return_annotation,
    should_embed_body_fields as _should_embed_body_fields,
    solve_dependencies,
)
from ..compat.fields import (
    ModelField,
    create_model_field,
)
from ..compat.handlers import (
    get_request_handler,
    get_websocket_app,
    request_response,
    run_endpoint_function,
    serialize_response,
)
from ..compat.routing import (
    install as _install,
    iter_included_route_candidates as _iter_included_route_candidates,
    wrap_gen_lifespan_context as _wrap_gen_lifespan_context,
)
from ..compat.snapshots import (
    iter_routes_with_context as _iter_routes_with_context,
)
from ..engine.analyse.endpoint import (
    endpoint_context as _extract_endpoint_context,
)
from ..engine.analyse.responses import (
    stream_item_type as get_stream_item_type,
)
from ..engine.app.route import (
    EFFECTIVE as _effective_route_context_var,
    Route as APIRoute,
    WebSocketRoute as APIWebSocketRoute,
)
from ..engine.app.router import (
    Router as APIRouter,
    _EventHandlers as _DefaultLifespan,
)
from ..engine.app.tree import (
    EffectiveRoute as _EffectiveRouteContext,
    IncludedRouter as _IncludedRouter,
    RouteContext,
    iter_route_contexts,
)
from ..engine.declare.declaration import (
    Inclusion as _RouterIncludeContext,
)
from ..engine.serve.asgi import (
    websocket_session,
)
from ..engine.serve.lifespan import (
    merged as _merge_lifespan_context,
)
from ..engine.serve.scope import (
    restore as _restore_fastapi_scope_key,
    routing_state as _get_fastapi_scope,
    update as _update_scope,
)
from ..engine.serve.streams import _PING_INTERVAL
from ._passing import offer_passing_names
from .datastructures import (
    Default,
    DefaultPlaceholder,
)
from .encoders import jsonable_encoder
from .exceptions import (
    EndpointContext,
    FastAPIError,
    RequestValidationError,
    ResponseValidationError,
    WebSocketRequestValidationError,
)
from .utils import (
    generate_unique_id,
    get_value_or_default,
    is_body_allowed_for_status_code,
)

_install(__name__)

__all__ = [
    "_PING_INTERVAL",
    "APIRoute",
    "APIRouter",
    "APIWebSocketRoute",
    "BaseRoute",
    "Default",
    "DefaultPlaceholder",
    "Dependant",
    "EndpointContext",
    "FastAPIError",
    "Host",
    "Match",
    "ModelField",
    "Mount",
    "NoMatchFound",
    "RequestValidationError",
    "ResponseValidationError",
    "RouteContext",
    "SolvedDependency",
    "WebSocketRequestValidationError",
    "_DefaultLifespan",
    "_EffectiveRouteContext",
    "_IncludedRouter",
    "_RouterIncludeContext",
    "_effective_route_context_var",
    "_extract_endpoint_context",
    "_get_fastapi_scope",
    "_get_flat_body_params",
    "_install",
    "_iter_included_route_candidates",
    "_iter_routes_with_context",
    "_merge_lifespan_context",
    "_restore_fastapi_scope_key",
    "_should_embed_body_fields",
    "_update_scope",
    "_wrap_gen_lifespan_context",
    "compile_path",
    "create_model_field",
    "generate_unique_id",
    "get_dependant",
    "get_name",
    "get_parameterless_sub_dependant",
    "get_request_handler",
    "get_stream_item_type",
    "get_typed_return_annotation",
    "get_value_or_default",
    "get_websocket_app",
    "is_body_allowed_for_status_code",
    "iter_route_contexts",
    "jsonable_encoder",
    "request_response",
    "run_endpoint_function",
    "serialize_response",
    "solve_dependencies",
    "websocket_session",
]

offer_passing_names(__name__)
