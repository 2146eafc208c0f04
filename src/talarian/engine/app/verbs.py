"""The decorators of routers and of the application, each written once."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from typing_extensions import Unpack

from ..declare.depends import Depends
from ..declare.options import (
    ROUTE_DEFAULTS,
    ApiRouteOptions,
    RegisterOptions,
    RouteOptions,
)
from ..ground.callables import AnyCallable
from ..ground.signatures import publish_options, reject_unknown
from ..serve.frontend import Directory, Fallback, FrontendFiles
from .frontend import CheckDirectory, resolve_check_dir

Endpoint = TypeVar("Endpoint", bound=AnyCallable)

_published = publish_options(RouteOptions, ROUTE_DEFAULTS)


class Verbs:
    """`get`, `post` … on top of `add_api_route`, which a router and the application have."""

    def add_api_route(
        self, path: str, endpoint: AnyCallable, **options: Unpack[RegisterOptions]
    ) -> None:
        raise NotImplementedError

    def add_api_websocket_route(
        self,
        path: str,
        endpoint: AnyCallable,
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> None:
        raise NotImplementedError

    def add_frontend(self, path: str, files: FrontendFiles) -> None:
        raise NotImplementedError

    @publish_options(ApiRouteOptions, ROUTE_DEFAULTS)
    def api_route(
        self, path: str, **options: Unpack[ApiRouteOptions]
    ) -> Callable[[Endpoint], Endpoint]:
        """Serve `path` with the decorated function, for all of `methods`."""
        return self._route("api_route", path, ApiRouteOptions, dict(options))

    @_published
    def get(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve GET requests for `path` with the decorated function."""
        return self._verb("GET", path, dict(options))

    @_published
    def put(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve PUT requests for `path` with the decorated function."""
        return self._verb("PUT", path, dict(options))

    @_published
    def post(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve POST requests for `path` with the decorated function."""
        return self._verb("POST", path, dict(options))

    @_published
    def delete(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve DELETE requests for `path` with the decorated function."""
        return self._verb("DELETE", path, dict(options))

    @_published
    def options(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve OPTIONS requests for `path` with the decorated function."""
        return self._verb("OPTIONS", path, dict(options))

    @_published
    def head(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve HEAD requests for `path` with the decorated function."""
        return self._verb("HEAD", path, dict(options))

    @_published
    def patch(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve PATCH requests for `path` with the decorated function."""
        return self._verb("PATCH", path, dict(options))

    @_published
    def trace(self, path: str, **options: Unpack[RouteOptions]) -> Callable[[Endpoint], Endpoint]:
        """Serve TRACE requests for `path` with the decorated function."""
        return self._verb("TRACE", path, dict(options))

    def websocket(
        self,
        path: str,
        name: str | None = None,
        *,
        dependencies: Sequence[Depends] | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        """Serve WebSocket connections to `path` with the decorated function."""

        def decorate(endpoint: Endpoint) -> Endpoint:
            self.add_api_websocket_route(path, endpoint, name, dependencies=dependencies)
            return endpoint

        return decorate

    def frontend(
        self,
        path: str,
        *,
        directory: Directory,
        fallback: Fallback | None = "auto",
        check_dir: CheckDirectory = "auto",
    ) -> None:
        """Serve a built front end below `path`, after all routes of the application.

        https://fastapi.tiangolo.com/tutorial/frontend/

        Args:
            path: Starts with a slash; `"/"` is everything that no route serves. Of several front
                ends the most specific one serves a request.
            directory: What the front end's build wrote.
            fallback: The page for a path without a file: `"index.html"` when a browser navigates,
                `"404.html"` with status 404, `"auto"` for whichever exists, the second first.
            check_dir: Whether to fail now when something is missing; `"auto"` only warns while
                `FASTAPI_ENV` is `development`.

        Raises:
            AssertionError: When the path or the fallback is not one.
            RuntimeError: When the directory or the fallback page is missing.
        """
        check = resolve_check_dir(directory, check_dir)
        files = FrontendFiles(directory=directory, fallback=fallback, check_dir=check)
        self.add_frontend(path, files)

    def _verb(
        self, method: str, path: str, options: dict[str, Any]
    ) -> Callable[[Endpoint], Endpoint]:
        decorate = self._route(method.lower(), path, RouteOptions, options)
        options["methods"] = [method]
        return decorate

    def _route(
        self, verb: str, path: str, known: type, options: dict[str, Any]
    ) -> Callable[[Endpoint], Endpoint]:
        reject_unknown(f"{type(self).__name__}.{verb}", known, options)

        def decorate(endpoint: Endpoint) -> Endpoint:
            self.add_api_route(path, endpoint, **options)
            return endpoint

        return decorate
