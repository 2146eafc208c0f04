"""FastAPI's `fastapi.routing`."""

from starlette.routing import (
    BaseRoute as BaseRoute,
    Host as Host,
    Match as Match,
    Mount as Mount,
    NoMatchFound as NoMatchFound,
    compile_path as compile_path,
    get_name as get_name,
    request_response as request_response,
    websocket_session as websocket_session,
)

from ..engine.app.route import (
    Route as APIRoute,
    WebSocketRoute as APIWebSocketRoute,
)
from ..engine.app.router import (
    Router as APIRouter,
)
from ..engine.app.tree import (
    IncludedRouter as _IncludedRouter,
    RouteContext as RouteContext,
    iter_route_contexts as iter_route_contexts,
)
