"""`shadowed-route`."""

import pytest
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from talarian import Router, Talarian, WebSocket
from tests.unit.doctor.observing import found_at, line_of, seen

RULE = "shadowed-route"


def first() -> None: ...
def second() -> None: ...


def app_with(*paths: str) -> Talarian:
    app = Talarian()
    for path, endpoint in zip(paths, (first, second), strict=True):
        app.get(path)(endpoint)
    return app


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("/items/{item_id}", "/items/me"),
        ("/items/{item_id}", "/items/{name}"),
        ("/items/{item_id}", "/items/{number:int}"),
        ("/items/{item_id}", "/items/{a}.{b}"),
        ("/items/{x:float}", "/items/{x:int}"),
        ("/files/{path:path}", "/files/a/{name}"),
        ("/{path:path}", "/files"),
        ("/users", "/users"),
    ],
)
def test_a_wider_route_before(wide: str, narrow: str) -> None:
    finding = found_at(RULE, app_with(wide, narrow), second, "def second")
    assert f"GET {narrow} is never reached: GET {wide}" in finding.message
    assert f"test_routes.py:{line_of(first, 'def first')})" in finding.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/items/me", "/items/{item_id}"),
        ("/items/{number:int}", "/items/{name}"),
        ("/items/{number:int}", "/items/me"),
        ("/items/{x:int}", "/items/{x:float}"),
        ("/items/{x:uuid}", "/items/{x}"),
        ("/items/{a}.{b}", "/items/{name}"),
        ("/items/{a}", "/items/{a}/parts"),
        ("/items/{a}", "/files/{path:path}"),
        ("/items/{a}", "/items/{path:path}"),
        ("/items", "/items/"),
    ],
)
def test_each_has_paths_of_its_own(before: str, after: str) -> None:
    assert seen(RULE, app_with(before, after)) == []


def test_methods_are_compared() -> None:
    app = Talarian()
    app.get("/items/{item_id}")(first)
    app.put("/items/me")(second)
    assert seen(RULE, app) == []
    app.api_route("/items/you", methods=["GET", "POST"])(second)
    (finding,) = seen(RULE, app)
    assert "GET/POST /items/you is never reached by GET:" in finding.message


def test_through_an_included_router() -> None:
    app, router = Talarian(), Router(prefix="/items")
    app.get("/items/{item_id}")(first)
    router.get("/me")(second)
    app.include_router(router)
    found_at(RULE, app, second, "def second")


def test_the_applications_own_pages() -> None:
    app = Talarian()
    app.get("/docs")(second)
    (finding,) = seen(RULE, app)
    assert "GET /docs is never reached" in finding.message


def test_behind_a_mount() -> None:
    app = Talarian()
    app.mount("/api", Starlette())
    app.get("/api/health")(second)
    app.get("/apis")(first)
    found_at(RULE, app, second, "def second")


def test_a_mount_behind_everything() -> None:
    app = Talarian()
    app.get("/{path:path}")(first)
    app.mount("/static", Starlette())
    (finding,) = seen(RULE, app)
    assert "Mount /static is never reached by GET" in finding.message


def test_a_websocket_is_another_kind() -> None:
    app = Talarian()

    async def live(websocket: WebSocket) -> None: ...

    app.get("/{name}")(first)
    app.websocket("/live")(live)
    assert seen(RULE, app) == []
    app.websocket("/live")(live)
    (finding,) = seen(RULE, app)
    assert finding.message.startswith("WebSocket /live is never reached")


def test_plain_starlette_routes() -> None:
    async def endpoint(request: Request) -> Response:
        return Response()

    app = Talarian()
    app.add_route("/{name}", endpoint)
    app.get("/me")(second)
    found_at(RULE, app, second, "def second")


class Even(Convertor[int]):
    regex = "[0-9]*[02468]"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


def test_a_convertor_nobody_knows_is_left_alone() -> None:
    register_url_convertor("even", Even())
    assert seen(RULE, app_with("/{name}", "/{number:even}")) == []
