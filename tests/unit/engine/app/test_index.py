"""The index may not change what a request meets, in whatever way its routes came about."""

import re
from typing import Any, NoReturn

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from talarian import Router, Talarian


def test_an_impossible_path_in_a_router_spares_the_routes_before_it() -> None:
    app = Talarian()

    @app.get("/before")
    def before() -> str:
        return "served"

    router = Router(prefix="/{name}")
    router.get("/{other}")(before)
    app.include_router(router, prefix="/{name}")
    client = TestClient(app)
    assert client.get("/before").json() == "served"
    with pytest.raises(ValueError, match="Duplicated param name"):
        client.get("/a/b/c")


def test_a_foreign_route_is_asked_about_every_path_in_its_place() -> None:
    class Everything(BaseRoute):
        def matches(self, scope: Scope) -> tuple[Match, Scope]:
            return (Match.FULL if scope["path"].startswith("/x") else Match.NONE), {}

        async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse("foreign")(scope, receive, send)

        def url_path_for(self, name: str, /, **path_params: Any) -> NoReturn:
            raise NoMatchFound(name, path_params)

    app = Talarian(routes=[Everything()])
    app.get("/x")(lambda: "ours")
    app.get("/y")(lambda: "ours")
    client = TestClient(app)
    assert client.get("/x").text == "foreign"
    assert client.get("/y").json() == "ours"


def test_a_route_whose_regex_was_changed_alone_is_matched_by_its_regex() -> None:
    app = Talarian()
    app.get("/old")(lambda: "moved")
    route: Any = app.router.routes[-1]
    route.path_regex = re.compile("^/new$")
    client = TestClient(app)
    assert client.get("/new").json() == "moved"
    assert client.get("/old").status_code == 404
