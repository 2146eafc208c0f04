"""FastAPI's `fastapi.routing`."""

from starlette.routing import (
    BaseRoute as BaseRoute,
    Host as Host,
    Match as Match,
    Mount as Mount,
    NoMatchFound as NoMatchFound,
    compile_path as compile_path,
    get_name as get_name,
)

from ..compat.dependants import Dependant as Dependant
from ..compat.dependencies import (
    SolvedDependency as SolvedDependency,
    get_dependant as get_dependant,
    get_flat_body_params as _get_flat_body_params,
    get_parameterless_sub_dependant as get_parameterless_sub_dependant,
    get_typed_return_annotation as get_typed_return_annotation,
    should_embed_body_fields as _should_embed_body_fields,
    solve_dependencies as solve_dependencies,
)
from ..compat.fields import (
    ModelField as ModelField,
    create_model_field as create_model_field,
)
from ..compat.handlers import (
    get_request_handler as get_request_handler,
    get_websocket_app as get_websocket_app,
    request_response as request_response,
    run_endpoint_function as run_endpoint_function,
    serialize_response as serialize_response,
)
from ..compat.routing import (
    iter_included_route_candidates as _iter_included_route_candidates,
    install as _install,
    wrap_gen_lifespan_context as _wrap_gen_lifespan_context,
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
    RouteContext as RouteContext,
    iter_route_contexts as iter_route_contexts,
)
from ..engine.declare.declaration import (
    Inclusion as _RouterIncludeContext,
)
from ..engine.serve.asgi import (
    websocket_session as websocket_session,
)
from ..engine.serve.lifespan import (
    merged as _merge_lifespan_context,
)
from ..engine.serve.scope import (
    restore as _restore_fastapi_scope_key,
    routing_state as _get_fastapi_scope,
    update as _update_scope,
)
from ..engine.serve.streams import _PING_INTERVAL as _PING_INTERVAL
from .datastructures import (
    Default as Default,
    DefaultPlaceholder as DefaultPlaceholder,
)
from .encoders import jsonable_encoder as jsonable_encoder
from .exceptions import (
    EndpointContext as EndpointContext,
    FastAPIError as FastAPIError,
    RequestValidationError as RequestValidationError,
    ResponseValidationError as ResponseValidationError,
    WebSocketRequestValidationError as WebSocketRequestValidationError,
)
from .utils import (
    generate_unique_id as generate_unique_id,
    get_value_or_default as get_value_or_default,
    is_body_allowed_for_status_code as is_body_allowed_for_status_code,
)

_install(__name__)
