"""The value of `http.route`: the template of the route that serves a request."""

from typing import Any

from starlette.routing import Mount
from starlette.types import Scope

from ..engine.serve.scope import FRONTEND_PREFIX, KEY


class Templates:
    """Puts the templates of mounts and of the route that is mounted below them together."""

    def __init__(self) -> None:
        self._mounts = ""

    def resolve(self, scope: Scope, route: Any) -> str | None:
        """Return the template of `route`, with everything that it is mounted below.

        `None` for routers in routers, which are no routes yet, and for routes by host.
        """
        template = _template(scope, route)
        if template is None:
            return None
        # Mounts write the path that was asked for into `root_path`, and keep what it was before.
        root_path = scope.get("app_root_path", scope.get("root_path", "")).rstrip("/")
        whole: str = root_path + self._mounts + template
        mount = getattr(route, "starlette_route", route)
        if isinstance(mount, Mount):
            # What is chosen next in this request is chosen inside of it.
            self._mounts += mount.path
        return whole


def _template(scope: Scope, route: Any) -> str | None:
    template: str | None = getattr(route, "path_format", None)
    if template is None and (state := scope.get(KEY)):
        place = state.get(FRONTEND_PREFIX)
        template = None if place is None else f"{place}/{{path}}"
    return template
