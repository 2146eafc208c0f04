"""The value of `http.route`: the template of the route that serves a request."""

from typing import Any

from starlette.routing import Mount
from starlette.types import Scope

from ..engine.serve.scope import FRONTEND_PREFIX, KEY


class Templates:
    """Puts the templates of mounts and of the route that is mounted below them together."""

    def __init__(self) -> None:
        self._mounted_at: str | None = None

    def resolve(self, scope: Scope, route: Any) -> str | None:
        """Return the template of `route`, with everything that it is mounted below.

        `None` for routers in routers, which are no routes yet, and for routes by host.
        """
        template = _template(scope, route)
        if template is None:
            return None
        below = self._mounted_at
        if below is None:
            below = scope.get("root_path", "").rstrip("/")
        # What is chosen next in this request is chosen inside of this mount.
        moved = getattr(route, "starlette_route", route)
        if isinstance(moved, Mount):
            self._mounted_at = below + moved.path
        return below + template


def _template(scope: Scope, route: Any) -> str | None:
    template: str | None = getattr(route, "path_format", None)
    if template is None:
        state = scope.get(KEY)
        place = state.get(FRONTEND_PREFIX) if isinstance(state, dict) else None
        return None if place is None else place + "/{path}"
    return template
