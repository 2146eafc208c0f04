"""What routing leaves in the ASGI scope, under the key that FastAPI's users know."""

from typing import Any

from starlette.types import Scope

KEY = "fastapi"
EFFECTIVE_ROUTE = "effective_route_context"
INCLUDED_ROUTER = "included_router"
FORM_LIMITS = "form_limits"
ALLOWED_METHODS = "allowed_methods"
PENDING = "talarian_pending"
"""In the scope itself: who goes on with a request that routing has seen before."""
FRONTEND = "frontend"
FRONTEND_PREFIX = "frontend_prefix"
FRONTEND_PATH = "frontend_path"

_MISSING: Any = object()


def routing_state(scope: Scope) -> dict[str, Any]:
    """The routing state of this request; made when it is not there yet."""
    state = scope.get(KEY)
    if not isinstance(state, dict):
        state = scope[KEY] = {}
    return state


def effective_route(scope: Scope, route: Any) -> Any:
    """The inclusion through which `route` is being matched or served, if there is one."""
    state = scope.get(KEY)
    if not isinstance(state, dict):
        return None
    included = state.get(EFFECTIVE_ROUTE)
    return included if included is not None and included.original_route is route else None


def included_router(scope: Scope, router: Any) -> Any:
    """The inclusion through which `router` is being matched or served, if there is one."""
    state = scope.get(KEY)
    if not isinstance(state, dict):
        return None
    node = state.get(INCLUDED_ROUTER)
    return node if node is not None and node.original_router is router else None


def update(scope: Scope, child_scope: Scope) -> None:
    """Add what a match found; routing state is merged, not replaced."""
    state = scope.get(KEY)
    scope.update(child_scope)
    added = child_scope.get(KEY)
    if isinstance(state, dict) and isinstance(added, dict) and added is not state:
        scope[KEY] = {**state, **added}


class Entered:
    """Set one key of the routing state for a while."""

    def __init__(self, scope: Scope, key: str, value: Any) -> None:
        self._scope, self._key, self._value = scope, key, value

    def __enter__(self) -> None:
        state = routing_state(self._scope)
        self._previous = state.get(self._key, _MISSING)
        state[self._key] = self._value

    def __exit__(self, *exc_info: object) -> None:
        restore(self._scope, self._key, self._previous)


def restore(scope: Scope, key: str, previous: Any) -> None:
    """Put back what `key` was before; a state that is not ours is left alone."""
    state = scope.get(KEY)
    if not isinstance(state, dict):
        return
    if previous is _MISSING:
        state.pop(key, None)
    else:
        state[key] = previous
