"""Known middleware around compiled endpoints: which is known, and what it gets to see."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from talarian.engine.app.application import Talarian
from talarian.engine.ground.background import BackgroundTasks
from talarian.engine.ground.errors import HTTPException

from .asking import Told, ask, http_scope, ordinary, ready, straight

Next = Callable[[Request], Awaitable[Response]]
Way = Callable[..., Told]
events: list[Any] = []
both_ways = pytest.mark.parametrize("way", [ordinary, straight])


@pytest.fixture(autouse=True)
def no_events() -> None:
    events.clear()


async def passing(request: Request, call_next: Next) -> Response:
    return await call_next(request)


class Pure:
    """Middleware on plain ASGI, of somebody else's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class OwnGzip(GZipMiddleware):
    pass


class OwnHttp(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: Next) -> Response:
        events.append("own")
        return await call_next(request)


class OwnCall(OwnHttp):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(scope, receive, send)


KNOWN = (
    Middleware(CORSMiddleware, allow_origins=["*"]),
    Middleware(GZipMiddleware),
    Middleware(TrustedHostMiddleware, allowed_hosts=["test"]),
    Middleware(HTTPSRedirectMiddleware),
    Middleware(SessionMiddleware, secret_key="secret"),
    Middleware(BaseHTTPMiddleware, dispatch=passing),
    Middleware(OwnHttp),
)
UNKNOWN = (Middleware(Pure), Middleware(OwnGzip), Middleware(OwnCall))


def application(*middleware: Middleware) -> Talarian:
    app = Talarian(openapi_url=None, middleware=list(middleware))

    @app.get("/")
    async def plain() -> dict[str, int]:
        events.append("endpoint")
        return {"a": 1}

    return app


def names(item: Middleware) -> str:
    kind: Any = item.cls
    return str(kind.__name__)


@pytest.mark.parametrize("item", KNOWN, ids=names)
def test_what_is_known(item: Middleware) -> None:
    for app in (application(item), application(item, item), application(*KNOWN, item)):
        assert ready(app).dispatch().layers is not None


@pytest.mark.parametrize("item", UNKNOWN, ids=names)
def test_what_is_not(item: Middleware) -> None:
    for app in (application(item), application(KNOWN[0], item), application(item, *KNOWN)):
        app.middleware_stack = app.build_middleware_stack()
        assert not app.dispatch().is_straight
        assert app.dispatch().layers is None


def test_no_middleware_is_no_layer() -> None:
    assert ready(application()).dispatch().layers is None


def test_the_applications_own_stack_stays_as_it_is() -> None:
    app = ready(application(*KNOWN))
    layer: Any = app.middleware_stack
    kinds: list[Any] = []
    while layer is not app.router:
        kinds.append(type(layer))
        layer = layer.app
    app.dispatch()
    layer = app.middleware_stack
    for kind in kinds:
        assert type(layer) is kind
        layer = layer.app
    assert layer is app.router


def test_what_instrumentation_wrapped_is_not_known() -> None:
    app = application(KNOWN[0])
    app.middleware_stack = app.build_middleware_stack()
    limit: Any = app.middleware_stack
    limit = limit.app
    limit.app = Pure(limit.app)
    assert not app.dispatch().is_straight


@both_ways
def test_hosts_and_schemes_are_refused_before_the_endpoint(way: Way) -> None:
    app = application(Middleware(TrustedHostMiddleware, allowed_hosts=["elsewhere"]))
    assert way(app, "/").status == 400
    app = application(Middleware(HTTPSRedirectMiddleware))
    assert dict(way(app, "/").headers)["location"] == "https://test/"
    assert events == []


@both_ways
def test_sessions(way: Way) -> None:
    app = application(Middleware(SessionMiddleware, secret_key="secret"))

    @app.get("/visit")
    async def visit(request: Request) -> int:
        request.session["visits"] = request.session.get("visits", 0) + 1
        return int(request.session["visits"])

    first = way(app, "/visit")
    cookie = dict(first.headers)["set-cookie"].partition(";")[0]
    assert way(app, "/visit", headers={"cookie": cookie}).body == b"2"
    assert way(app, "/visit", headers={"cookie": "session=forged"}).body == b"1"
    assert "set-cookie" not in dict(way(app, "/").headers)


@both_ways
def test_handlers_run_inside_of_the_middleware(way: Way) -> None:
    async def naming(request: Request, call_next: Next) -> Response:
        response = await call_next(request)
        response.headers["x-named"] = str(response.status_code)
        return response

    class Known(Exception): ...

    async def handle(request: Request, error: Exception) -> Response:
        return PlainTextResponse(f"handled at {request.scope['route'].path}", 499)

    app = application(*KNOWN[:2], Middleware(BaseHTTPMiddleware, dispatch=naming))
    app.add_exception_handler(Known, handle)

    @app.get("/known")
    async def known() -> None:
        raise Known

    @app.get("/refused")
    async def refused() -> None:
        raise HTTPException(418, headers={"x-pot": "1"})

    @app.get("/items/{number}")
    async def item(number: int) -> None: ...

    for target, status in (("/known", 499), ("/refused", 418), ("/items/x", 422), ("/no", 404)):
        told = way(app, target, headers={"origin": "http://a.example"})
        headers = dict(told.headers)
        assert (told.status, headers["x-named"]) == (status, str(status))
        assert headers["access-control-allow-origin"] == "*"
    assert way(app, "/known").body == b"handled at /known"


@both_ways
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_background_tasks_run_once_and_last(way: Way, depth: int) -> None:
    app = application(*[Middleware(BaseHTTPMiddleware, dispatch=passing)] * depth)

    @app.get("/injected")
    async def injected(tasks: BackgroundTasks) -> str:
        tasks.add_task(events.append, "background")
        return "done"

    @app.get("/attached")
    async def attached(tasks: BackgroundTasks) -> Response:
        own = BackgroundTasks()
        own.add_task(events.append, "background")
        return JSONResponse("done", background=own)

    @app.get("/stream")
    async def stream(tasks: BackgroundTasks) -> Response:
        tasks.add_task(events.append, "background")
        return StreamingResponse(iter(["do", "ne"]))

    app = ready(app)
    serve: Any = app if way is straight else app.middleware_stack
    for target in ("/injected", "/attached", "/stream"):
        events.clear()

        async def send(message: Any) -> None:
            events.append(message.get("body"))

        async def receive() -> Any:
            await anyio.sleep_forever()

        anyio.run(serve, http_scope(target, app=app), receive, send)
        bodies = b"".join(event for event in events if isinstance(event, bytes))
        assert bodies.strip(b'"') == b"done"
        assert (events.count("background"), events[-1]) == (1, "background")


@both_ways
def test_a_second_request_knows_nothing_of_the_first(way: Way) -> None:
    app = ready(application(Middleware(OwnHttp), Middleware(CORSMiddleware, allow_origins=["*"])))
    serve: Any = app if way is straight else app.middleware_stack

    async def main() -> None:
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(one)

    async def one() -> None:
        assert (await ask(serve, http_scope("/", app=app))).body == b'{"a":1}'

    anyio.run(main)
    assert events.count("endpoint") == events.count("own") == 50


async def refusing(request: Request, call_next: Next) -> Response:
    return PlainTextResponse("busy", 503)


def _origin_of_a_503(way: Way) -> str | None:
    app = application(
        Middleware(BaseHTTPMiddleware, dispatch=refusing),
        Middleware(CORSMiddleware, allow_origins=["*"]),
    )
    told = way(app, "/", headers={"origin": "http://a.example"})
    return dict(told.headers).get("access-control-allow-origin")


@both_ways
def test_errors_that_middleware_outside_of_cors_answers(way: Way) -> None:
    """As on FastAPI: what did not pass the CORS middleware has nothing of it."""
    assert _origin_of_a_503(way) is None
