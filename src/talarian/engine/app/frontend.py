"""Front ends: built single-page apps, served where no route is."""

import os
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Literal

from starlette._utils import get_route_path
from starlette.datastructures import URLPath
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import ASGIApp, Receive, Scope, Send

from ..analyse.endpoint import plan_endpoint
from ..declare.declaration import Declaration, Inclusion
from ..declare.depends import Depends
from ..declare.limits import FormLimits
from ..ground.errors import EndpointContext
from ..serve.asgi import request_response
from ..serve.frontend import FILE_METHODS, Directory, FrontendFiles, missing_directory
from ..serve.handler import Fixed, make_handler
from ..serve.limits import limit_body
from ..serve.scope import FRONTEND, FRONTEND_PATH, FRONTEND_PREFIX, KEY, routing_state, update

CheckDirectory = bool | Literal["auto"]


class FrontendRoute:
    """One front end of a router: a path and the files below it."""

    def __init__(self, router_prefix: str, path: str, files: FrontendFiles) -> None:
        assert path, "A frontend path cannot be empty: use '/' for all that is below the router"
        assert path.startswith("/"), "A frontend path must start with '/'"
        self.path = (router_prefix + path).rstrip("/") or "/"
        self.app = files

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.matches_with_prefix(scope, "")

    def matches_with_prefix(self, scope: Scope, prefix: str) -> tuple[Match, Scope]:
        """Match whatever is below `prefix` and the own path; the method is not looked at."""
        place = (prefix + self.path).rstrip("/")
        path = get_route_path(scope)
        if scope["type"] != "http" or (path != place and not path.startswith(place + "/")):
            return Match.NONE, {}
        found = {
            FRONTEND: self,
            FRONTEND_PREFIX: place,
            FRONTEND_PATH: path[len(place) + 1 :],
        }
        return Match.FULL, {KEY: found}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        raise NoMatchFound(name, path_params)


class FrontendGroup(BaseRoute):
    """The front ends of one router, which share its dependencies."""

    def __init__(
        self,
        *,
        dependencies: Sequence[Depends],
        max_body_size: int | None,
        form_limits: FormLimits,
        dependency_overrides_provider: Any | None,
    ) -> None:
        self.routes: list[FrontendRoute] = []
        self.declaration = Declaration(
            path="",
            endpoint=_answer,
            dependencies=tuple(dependencies),
            max_body_size=max_body_size,
            form_limits=form_limits,
        )
        self.dependency_overrides_provider = dependency_overrides_provider

    @cached_property
    def app(self) -> ASGIApp:
        """The ASGI application of the group where it was declared."""
        return self.build_app(Inclusion(), self.dependency_overrides_provider)

    def build_app(self, inclusion: Inclusion, provider: Any | None) -> ASGIApp:
        """Make the ASGI application of one inclusion: its dependencies, then a file."""
        plan = plan_endpoint(inclusion.applied_to(self.declaration), "", "")
        # Where the endpoint is written would lead the reader of an error here, not to their code.
        plan = replace(plan, path=inclusion.prefix + "/{path}", context=EndpointContext())
        return limit_body(request_response(make_handler(Fixed(plan), provider)), plan.max_body_size)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.matches_with_prefix(scope, "")

    def matches_with_prefix(self, scope: Scope, prefix: str) -> tuple[Match, Scope]:
        """Match the front end with the most specific path, as an inclusion with `prefix`."""
        best: tuple[Match, Scope] = Match.NONE, {}
        for route in self.routes:
            found = route.matches_with_prefix(scope, prefix)
            if found[0] is Match.FULL and (
                best[0] is Match.NONE or is_more_specific(found[1], best[1])
            ):
                best = found
        return best

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if routing_state(scope).get(FRONTEND) not in self.routes:
            match, child_scope = self.matches(scope)
            if match is Match.NONE:
                raise HTTPException(status_code=404)
            update(scope, child_scope)
        await _serve(self.app, scope, receive, send)

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        raise NoMatchFound(name, path_params)


class IncludedFrontends:
    """The front ends of a router as they are served through one chain of inclusions."""

    def __init__(self, original_route: FrontendGroup, inclusion: Inclusion, provider: Any) -> None:
        self.original_route = original_route
        self.inclusion = inclusion
        self.dependency_overrides_provider = provider

    @cached_property
    def app(self) -> ASGIApp:
        """The ASGI application of this inclusion."""
        return self.original_route.build_app(self.inclusion, self.dependency_overrides_provider)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return self.original_route.matches_with_prefix(scope, self.inclusion.prefix)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _serve(self.app, scope, receive, send)


async def _serve(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a method before dependencies run, like a route does; otherwise run them."""
    if scope["method"] not in FILE_METHODS:
        route: FrontendRoute = routing_state(scope)[FRONTEND]
        await route.app.refuse_method(scope)
    # In a scope of its own, because whoever hands over may have exit stacks in theirs.
    await app(dict(scope), receive, send)


async def _answer(request: Request, response: Response) -> Response:
    """The endpoint of all front ends; headers and cookies that dependencies set are kept."""
    route: FrontendRoute = routing_state(request.scope)[FRONTEND]
    answer = await route.app.response_to(request.scope)
    answer.headers.raw.extend(response.headers.raw)
    return answer


def is_more_specific(found: Scope, best: Scope) -> bool:
    """Whether two matches are both of front ends, and the first one's path is the longer."""
    place, best_place = (match.get(KEY, {}).get(FRONTEND_PREFIX) for match in (found, best))
    return place is not None and best_place is not None and len(place) > len(best_place)


def resolve_check_dir(directory: Directory, check_dir: CheckDirectory) -> bool:
    """Decide about `"auto"`: check, but in development only warn, as nothing may be built yet.

    The warning names the caller of the caller.
    """
    if check_dir != "auto":
        return check_dir
    if os.environ.get("FASTAPI_ENV") != "development":
        return True
    if not os.path.isdir(directory):
        warnings.warn(missing_directory(directory), UserWarning, stacklevel=3)
    return False
