"""The straight way from a path to an endpoint: when it is taken, and what it leaves to others."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import anyio
import pytest
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Host, Mount, Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.app.router import Router
from talarian.engine.declare.depends import Depends
from talarian.engine.ground import observe
from talarian.fastapi import routing
from tests.unit.engine.serve.asking import ask, http_scope

from .dispatching import application, calls, first, get, second, seen

# Applications with something of their own.


def test_a_subclass_with_a_call_of_its_own() -> None:
    class Own(Talarian):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            calls.append("own")
            scope["path"] = "/"
            await super().__call__(scope, receive, send)

    app = Own(openapi_url=None)
    app.get("/")(first)
    get(app)
    assert seen(app, "/elsewhere") == ("first", True)
    assert calls == ["own", "straight"]
    assert app.direct() is None


class OwnRoute(Route):
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        calls.append("own handle")
        await super().handle(scope, receive, send)


def test_a_route_with_a_way_of_its_own() -> None:
    app = application()
    app.router.route_class = OwnRoute
    app.get("/own")(second)
    assert [seen(app, "/own"), calls] == [("second", False), ["own handle"]]
    assert seen(app) == ("first", True)


def test_a_handler_of_its_own() -> None:
    class Handled(Route):
        def get_route_handler(self) -> Callable[[Request], Any]:
            async def handle(request: Request) -> Response:
                return PlainTextResponse("handled")

            return handle

    app = application()
    app.router.routes.insert(0, Handled("/", first, methods=["GET"]))
    assert seen(app)[0] == "handled"


def test_a_route_whose_views_were_touched() -> None:
    assert routing.APIRoute is Route  # the import gives routes FastAPI's views
    app = application()
    route: Any = app.router.routes[0]
    route.dependant.call = second
    assert seen(app) == ("second", False)


def test_handle_replaced_on_one_route() -> None:
    app = application()
    route: Any = app.router.routes[0]

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("instead")(scope, receive, send)

    route.handle = handle
    assert seen(app)[0] == "instead"


def test_the_application_of_one_route_replaced() -> None:
    app = application()
    route: Any = app.router.routes[0]
    route.app = PlainTextResponse("instead")
    assert seen(app)[0] == "instead"


# Where an application is, and what is asked of it.


def test_mounted_applications() -> None:
    outer, inner = application(), application()
    outer.mount("/inner", inner)
    outer.get("/inner/never")(second)

    @inner.get("/where")
    async def where(request: Request) -> list[str]:
        return [request.scope["root_path"], str(request.url_for("where")), request.url.path]

    assert seen(outer, "/inner/") == ("first", True)
    assert get(outer, "/inner/never").status == 404
    answer = get(outer, "/inner/where").body
    assert answer == b'["/inner","http://test/inner/where","/inner/where"]'


def test_mounts_and_hosts_take_what_comes_before() -> None:
    app = application()
    other = Talarian(openapi_url=None)
    other.get("/{anything:path}")(second)
    app.router.routes.insert(0, Host("other.test", other))
    assert seen(app)[0] == "first"
    assert seen(app, headers={"host": "other.test"})[0] == "second"
    app.router.routes.pop(0)
    app.router.routes.insert(0, Mount("", other))
    assert seen(app)[0] == "second"
    app.router.routes.append(app.router.routes.pop(0))
    assert seen(app) == ("first", True)
    assert seen(app, "/elsewhere")[0] == "second"


def test_plain_routes_beside() -> None:
    async def plain(request: Request) -> Response:
        return PlainTextResponse("plain")

    app = application()
    app.router.routes.insert(0, StarletteRoute("/", plain))
    assert seen(app) == ("plain", False)


@pytest.mark.parametrize("root_path", ["/api", "/api/v1"])
def test_root_paths(root_path: str) -> None:
    app = application()

    @app.get("/where")
    async def where(request: Request) -> list[str]:
        return [request.scope["root_path"], str(request.url)]

    answer = f'["{root_path}","http://test{root_path}/where"]'.encode()
    assert get(app, f"{root_path}/where", root_path=root_path).body == answer
    assert get(app, "/where", root_path=root_path).status == 200
    app.root_path = root_path
    assert get(app, f"{root_path}/where").body == answer
    assert app.direct() is None


@pytest.mark.parametrize("path", ["/%2f", "/a%20b", "//", "/é", "/a/../b"])
def test_unusual_paths(path: str) -> None:
    app = application()
    app.get("/{name}")(second)
    plain = Talarian(openapi_url=None)
    plain.get("/")(first)
    plain.get("/{name}")(second)
    answers = [get(one, path) for one in (app, plain)]  # the second one's first request
    assert answers[0].sent == answers[1].sent


def test_methods_that_are_not_allowed() -> None:
    app = application()
    app.put("/")(second)
    told = get(app, "/", "DELETE")
    assert told.status == 405
    allowed = dict(told.headers)["allow"]
    assert set(allowed.split(", ")) == {"GET", "PUT"}
    assert seen(app, "/", "PUT") == ("second", True)


@pytest.mark.parametrize("redirects", [True, False])
def test_slashes_are_redirected_as_before(redirects: bool) -> None:
    app = application(redirect_slashes=redirects)
    app.get("/a/")(second)
    told = get(app, "/a")
    assert told.status == (307 if redirects else 404)
    if redirects:
        assert dict(told.headers)["location"] == "http://test/a/"


class Failing(Convertor[str]):
    regex = "[^/]+"

    def convert(self, value: str) -> str:
        raise ValueError(f"no {value}")

    def to_string(self, value: str) -> str:
        return value


def test_convertors() -> None:
    app = application()

    @app.get("/{number:int}/{share:float}/{rest:path}")
    async def converted(number: int, share: float, rest: str, request: Request) -> Any:
        return [repr(value) for value in request.path_params.values()]

    told = get(app, "/7/1.5/a/b")
    assert told.body == b'["7","1.5","\'a/b\'"]'
    assert "straight" in calls


def test_a_convertor_that_fails() -> None:
    register_url_convertor("talarian_failing", Failing())
    app = application()
    app.get("/failing/{name:talarian_failing}")(second)
    told = get(app, "/failing/x")
    assert (told.status, str(told.raised), calls) == (500, "no x", [])


# Overrides and observers.


async def dependency() -> str:
    return "dependency"


async def unrelated() -> str:
    return "unrelated"


def test_overrides_at_any_time() -> None:
    app = application()

    @app.get("/depends")
    async def depends(value: Annotated[str, Depends(dependency)]) -> str:
        return value

    async def override() -> str:
        return "override"

    assert seen(app, "/depends") == ("dependency", True)
    app.dependency_overrides[unrelated] = override
    assert seen(app, "/depends") == ("dependency", True)
    app.dependency_overrides[dependency] = override
    assert seen(app, "/depends") == ("override", False)
    assert seen(app) == ("first", True)
    app.dependency_overrides = {}
    assert seen(app, "/depends") == ("dependency", True)
    app.dependency_overrides = {dependency: override}
    assert seen(app, "/depends") == ("override", False)


class Observer:
    """An observer of an application that is active when it is told to."""

    settings = None
    is_active = False

    class middleware:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)

    def active(self) -> bool:
        return self.is_active

    async def serve(self, app: Any, call: Any, scope: Scope, receive: Receive, send: Send) -> None:
        calls.append("observed")
        await call(scope, receive, send)


@pytest.fixture
def observer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Observer]:
    observer = Observer()
    monkeypatch.setattr(observe, "application_observer", lambda settings: observer)
    yield observer


def test_nobody_is_observed_on_the_straight_way(observer: Observer) -> None:
    app = application()
    observer.is_active = True
    assert seen(app) == ("first", False)
    assert calls == ["observed"]
    observer.is_active = False
    assert seen(app) == ("first", True)


def test_what_routing_leaves_in_the_scope() -> None:
    app = application()
    router = Router()

    async def look(request: Request) -> dict[str, Any]:
        scope = dict(request.scope)
        names = ("app", "router", "route", "endpoint", "path_params", "root_path")
        calls.append({name: scope[name] for name in names})
        calls.append(sorted(scope))
        return {}

    router.get("/look/{name}")(look)
    app.include_router(router, prefix="/in")
    get(app, "/in/look/x")
    straight = [call for call in calls if call != "straight"]
    assert "straight" in calls
    calls.clear()
    stack: Any = app.middleware_stack
    anyio.run(ask, stack, http_scope("/in/look/x", app=app))
    ordinary = [*calls]
    assert ordinary[0] == straight[0]
    assert set(ordinary[1]) - set(straight[1]) <= {"starlette.exception_handlers"}


def test_exceptions_meet_their_handlers() -> None:
    app = application()

    class Known(Exception): ...

    async def handle(request: Request, error: Exception) -> Response:
        calls.append(request.scope["route"].path)
        return PlainTextResponse(f"handled {error}", 499)

    @app.get("/known")
    async def known() -> None:
        raise Known("error")

    @app.get("/unknown")
    async def unknown() -> None:
        raise RuntimeError("error")

    app.add_exception_handler(Known, handle)
    app.middleware_stack = app.build_middleware_stack()
    assert seen(app, "/known") == ("handled error", True)
    assert calls == ["straight", "/known"]
    told = get(app, "/unknown")
    assert (told.status, told.body, str(told.raised)) == (500, b"Internal Server Error", "error")


def test_middleware_that_is_not_known() -> None:
    class Subclass(GZipMiddleware): ...

    async def dispatch(request: Request, call_next: Any) -> Response:
        return await call_next(request)  # type: ignore[no-any-return]

    for middleware, is_known in (
        (Middleware(Subclass), False),
        (Middleware(GZipMiddleware), True),
        (Middleware(BaseHTTPMiddleware, dispatch=dispatch), True),
    ):
        app = Talarian(openapi_url=None, middleware=[middleware])
        app.get("/")(first)
        get(app)
        assert seen(app) == ("first", is_known)
