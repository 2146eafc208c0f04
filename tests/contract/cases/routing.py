"""Which route answers: order, slashes, methods, routers in routers, routes that come late."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Host, Match, Mount, NoMatchFound, Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from talarian.fastapi import APIRouter, Depends, FastAPI, Request, Response
from talarian.fastapi.routing import APIRoute
from tests.contract.client import request


def answering(name: str) -> Callable[..., Any]:
    async def endpoint(request: Request) -> Any:
        return [name, request.scope["path"], request.path_params]

    endpoint.__name__ = name
    return endpoint


async def ask(app: Any, *targets: str, method: str = "GET") -> Any:
    return [await request(app, method, target) for target in targets]


def marked(value: str) -> Any:
    def mark(response: Response) -> None:
        response.headers.append("x-test", value)

    return Depends(mark)


async def case_the_first_that_matches_wins() -> Any:
    app = FastAPI()
    inner = APIRouter()
    inner.get("/a/{rest:path}")(answering("greedy"))
    inner.post("/b")(answering("posted"))
    app.get("/a/b")(answering("first"))
    app.include_router(inner)
    app.get("/a/c")(answering("shadowed"))
    app.get("/b")(answering("got"))
    app.get("/{anything}")(answering("last"))
    told = [await ask(app, "/a/b", "/a/c", "/b", "/x", "/x/y", "/")]
    told.append(await ask(app, "/b", "/a/b", "/x", method="POST"))
    return told


async def case_methods() -> Any:
    app = FastAPI()
    app.api_route("/both", methods=["get", "POST"])(answering("both"))
    app.get("/get")(answering("get"))
    app.head("/head")(answering("head"))
    router = APIRouter(prefix="/in")
    router.get("/get")(answering("inner"))
    router.put("/put")(answering("put"))
    app.include_router(router)
    targets = ("/both", "/get", "/head", "/in/get", "/in/put", "/none")
    methods = ("GET", "HEAD", "OPTIONS", "TRACE", "FOO", "get", "")
    return [await ask(app, *targets, method=method) for method in methods]


async def case_slashes() -> Any:
    told: list[Any] = []
    for redirects in (True, False):
        app = FastAPI(redirect_slashes=redirects)
        app.get("/without")(answering("without"))
        app.get("/with/")(answering("with"))
        router = APIRouter(prefix="/r", redirect_slashes=not redirects)
        router.get("")(answering("empty"))
        router.get("/x/")(answering("inner"))
        app.include_router(router)
        app.mount("/m", Starlette(routes=[StarletteRoute("/", PlainTextResponse("mounted"))]))
        targets = ("/without/", "/with", "/with?a=1&b=%20", "/r/", "/r/x", "/m", "//", "/without//")
        told.append(await ask(app, *targets))
        told.append(await ask(app, "/without/", "/with", method="POST"))
    return told


async def case_percent_signs_and_unicode() -> Any:
    app = FastAPI()
    app.get("/ü/{name}")(answering("umlaut"))
    app.get("/items/{name}.json")(answering("suffix"))
    app.get("/{number:int}/{ratio:float}/{key:uuid}")(answering("converted"))
    key = "12345678-1234-5678-1234-567812345678"
    paths = ("/ü/é", "/items/a.json", "/items/.json", "/items/a.b.json", "/items/a/b.json")
    return await ask(app, *paths, f"/1/2.5/{key}", f"/x/2.5/{key}", "/1/2.5/x", f"/-1/2/{key}")


async def case_prefixes_tags_and_dependencies_of_nested_routers() -> Any:
    app = FastAPI(dependencies=[marked("app")])
    outer = APIRouter(prefix="/outer", dependencies=[marked("outer")])
    inner = APIRouter(prefix="/inner", dependencies=[marked("inner")])
    inner.get("/{x}", dependencies=[marked("route")])(answering("leaf"))
    outer.include_router(inner, prefix="/via", dependencies=[marked("to outer")])
    app.include_router(outer, prefix="/v1", dependencies=[marked("to app")])
    app.include_router(outer, prefix="/v2")
    app.include_router(inner, prefix="/v3", dependencies=[marked("short way")])
    targets = (
        "/v1/outer/via/inner/1",
        "/v2/outer/via/inner/2",
        "/v3/inner/3",
        "/outer/via/inner/4",
    )
    urls = [str(app.url_path_for("leaf", x=1))]
    return [await ask(app, *targets), urls]


async def case_routes_that_come_late() -> Any:
    app = FastAPI()
    outer, inner = APIRouter(prefix="/outer"), APIRouter(prefix="/inner")
    app.include_router(outer)
    told = [await ask(app, "/outer/inner/late", "/outer/late", "/late")]
    outer.include_router(inner)
    inner.get("/late")(answering("inner"))
    told.append(await ask(app, "/outer/inner/late", "/outer/late", "/late"))
    outer.get("/late")(answering("outer"))
    app.get("/late")(answering("app"))
    told.append(await ask(app, "/outer/inner/late", "/outer/late", "/late"))
    outer.routes.reverse()
    told.append(await ask(app, "/outer/inner/late", "/outer/late"))
    return told


async def case_urls() -> Any:
    app = FastAPI()
    router = APIRouter(prefix="/r")
    router.get("/{a}/{b:path}", name="two")(answering("two"))
    router.get("/plain")(answering("plain"))
    sub = FastAPI()
    sub.get("/leaf/{x}")(answering("leaf"))
    app.include_router(router, prefix="/p")
    app.include_router(router, prefix="/q")
    app.mount("/sub", sub, name="sub")
    asked: list[tuple[str, dict[str, Any]]] = [
        ("two", {"a": 1, "b": "x/y"}),
        ("plain", {}),
        ("sub:leaf", {"x": 5}),
        ("two", {"a": 1}),
        ("two", {"a": 1, "b": 2, "c": 3}),
        ("nobody", {}),
        ("sub", {"path": "/leaf"}),
    ]
    told: list[str] = []
    for name, params in asked:
        try:
            told.append(str(app.url_path_for(name, **params)))
        except NoMatchFound as error:
            told.append(str(error))
    return told


class Timed(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:
        original = super().get_route_handler()

        async def handler(request: Request) -> Response:
            response = await original(request)
            response.headers["x-test"] = f"{self.path} {self.name}"
            return response

        return handler


class Shouting(APIRoute):
    def get_route_handler(self) -> Any:
        original = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await original(request)
            except Exception as error:
                return PlainTextResponse(f"{type(error).__name__}!", status_code=499)

        return handler


class Picky(APIRoute):
    """Serves only with a header; counts what it is asked."""

    asked = 0

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        Picky.asked += 1
        match, child_scope = super().matches(scope)
        if (b"x-pick", b"me") not in scope["headers"]:
            return Match.NONE, {}
        return match, child_scope

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["path_params"]["handled"] = True
        await super().handle(scope, receive, send)


async def case_route_classes() -> Any:
    app = FastAPI()
    timed = APIRouter(prefix="/timed", route_class=Timed)
    timed.get("/{x}")(answering("timed"))
    shouting = APIRouter(route_class=Shouting)

    @shouting.get("/shout/{number}")
    async def shout(number: int) -> int:
        return 1 // number

    picky = APIRouter(prefix="/picky", route_class=Picky)
    picky.get("")(answering("picked"))
    picky.routes.append(APIRoute("/picky", answering("fallback")))
    for prefix in ("", "/again"):
        app.include_router(timed, prefix=prefix)
        app.include_router(picky, prefix=prefix)
    app.include_router(shouting)
    told = await ask(app, "/timed/1", "/again/timed/2", "/shout/x", "/shout/0", "/shout/1")
    for target in ("/picky", "/again/picky"):
        told.append(await request(app, "GET", target))
        told.append(await request(app, "GET", target, headers={"x-pick": "me"}))
    return told


class Gate(APIRouter):
    """A router that lets in who has a header."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if (b"x-gate", b"open") not in scope["headers"]:
            return Match.NONE, {}
        return super().matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marking(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"x-test", b"gate"))
            await send(message)

        await super().handle(scope, receive, marking)


async def case_router_classes() -> Any:
    app = FastAPI()
    gate, inner = Gate(prefix="/gate"), APIRouter(prefix="/inner")
    inner.get("/{x}")(answering("inside"))
    gate.get("")(answering("gate"))
    gate.include_router(inner)
    app.include_router(gate)
    app.get("/{rest:path}")(answering("outside"))
    told: list[Any] = []
    for target in ("/gate", "/gate/inner/1", "/gate/none"):
        told.append(await request(app, "GET", target))
        told.append(await request(app, "GET", target, headers={"x-gate": "open"}))
    told.append(await request(app, "POST", "/gate/inner/1", headers={"x-gate": "open"}))
    return told


async def case_mounts_and_hosts() -> Any:
    app = FastAPI()
    sub = FastAPI(root_path="")
    sub.get("/x")(answering("sub"))
    router = APIRouter(prefix="/r")
    router.mount("/m", sub)
    router.add_route("/plain", lambda _: PlainTextResponse("plain"))
    router.routes.append(Mount("/listed", app=sub))
    app.router.routes.append(Host("api.example", app=sub))
    app.include_router(router, prefix="/p")
    told = await ask(app, "/p/r/m/x", "/r/m/x", "/p/r/plain", "/p/r/listed/x", "/p/r/m/none", "/x")
    told.append(await request(app, "GET", "/x", headers={"host": "api.example"}))
    return told


def tried(declare: Callable[[], Any]) -> str:
    try:
        declare()
    except Exception as error:
        # What is said is ours, what is refused is not.
        return "AssertionError" if isinstance(error, AssertionError) else "refused"
    return "accepted"


def case_what_is_refused() -> Any:
    app, router, empty = FastAPI(), APIRouter(), APIRouter()
    empty.get("")(answering("empty"))
    return [
        tried(lambda: APIRouter(prefix="a")),
        tried(lambda: APIRouter(prefix="/a/")),
        tried(lambda: app.include_router(router, prefix="a")),
        tried(lambda: app.include_router(empty)),
        tried(lambda: app.include_router(empty, prefix="/x")),
        tried(lambda: router.include_router(router)),
        tried(lambda: app.get("no-slash")(answering("a"))),
        tried(lambda: app.get("/{a}/{a}")(answering("a"))),
        tried(lambda: app.get("/{a:what}")(answering("a"))),
        tried(lambda: app.get("/s", status_code=204, response_model=int)(answering("a"))),
        tried(lambda: FastAPI(title="")),
        tried(lambda: APIRouter(max_body_size=-1)),
    ]
