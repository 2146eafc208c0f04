"""Routers in routers: which route serves a request, and with what."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Host, Match, Mount, NoMatchFound, Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.app.router import Router
from talarian.engine.app.tree import IncludedRouter, iter_route_contexts
from talarian.engine.declare.depends import Depends
from tests.unit.engine.app.helpers import call, text


def answering(name: str) -> Callable[..., str]:
    def endpoint(request: Request) -> str:
        return f"{name} {dict(request.path_params)}" if request.path_params else name

    endpoint.__name__ = name
    return endpoint


def marked(value: str) -> Any:
    def mark(response: Response) -> None:
        response.headers["x-mark"] = response.headers.get("x-mark", "") + value

    return Depends(mark)


def marks(app: Any, target: str) -> str | None:
    return call(app, target)[1].get("x-mark")


class TestLiveRoutes:
    def test_a_router_may_be_filled_after_it_was_included(self) -> None:
        app, outer, inner = Talarian(), Router(prefix="/o"), Router(prefix="/i")
        app.include_router(outer)
        outer.include_router(inner)
        assert text(app, "/o/i/late") == "404"
        inner.get("/late")(answering("late"))
        assert text(app, "/o/i/late") == "late"

    def test_routes_may_be_taken_out_and_reordered(self) -> None:
        app, router = Talarian(), Router()
        router.get("/{x}")(answering("first"))
        router.get("/a")(answering("second"))
        app.include_router(router)
        assert text(app, "/a") == "first {'x': 'a'}"
        router.routes.reverse()
        assert text(app, "/a") == "second"
        router.routes.pop(0)
        assert text(app, "/a") == "first {'x': 'a'}"
        router.routes.clear()
        assert text(app, "/a") == "404"

    def test_what_did_not_change_keeps_its_plan(self) -> None:
        router, app = Router(), Talarian()
        router.get("/a")(answering("a"))
        app.include_router(router)
        (before,) = iter_route_contexts(app.router.routes[-1:])
        router.get("/b")(answering("b"))
        after, _ = iter_route_contexts(app.router.routes[-1:])
        assert after._route_context is before._route_context


class TestInclusions:
    def test_the_same_router_twice(self) -> None:
        app, router = Talarian(), Router(prefix="/r")
        router.get("/{x}")(answering("route"))
        app.include_router(router, prefix="/v1", dependencies=[marked("1")])
        app.include_router(router, prefix="/v2", dependencies=[marked("2")])
        app.include_router(router)
        assert [marks(app, f"{prefix}/r/x") for prefix in ("/v1", "/v2", "")] == ["1", "2", None]

    def test_dependencies_run_from_the_outside_in(self) -> None:
        app = Talarian(dependencies=[marked("a")])
        outer = Router(dependencies=[marked("b")])
        inner = Router(dependencies=[marked("d")])
        inner.get("/", dependencies=[marked("e")])(answering("leaf"))
        outer.include_router(inner, dependencies=[marked("c")])
        app.include_router(outer, prefix="/p", dependencies=[marked("+")])
        assert marks(app, "/p/") == "a+bcde"

    def test_a_prefix_may_have_parameters(self) -> None:
        def endpoint(
            tenant: str, item: int, other: Annotated[int, Depends(lambda item: item)]
        ) -> Any:
            return f"{tenant} {item}"

        app, router = Talarian(), Router(prefix="/{item}")
        router.get("")(endpoint)
        app.include_router(router, prefix="/{tenant}")
        assert text(app, "/acme/5") == "acme 5"
        assert call(app, "/acme/x")[0] == 422

    def test_overrides_are_those_of_the_application_that_serves(self) -> None:
        def needed() -> str:
            return "real"

        def endpoint(value: Annotated[str, Depends(needed)]) -> str:
            return value

        router, one, two = Router(), Talarian(), Talarian()
        router.get("/")(endpoint)
        for app in (one, two):
            app.include_router(router)
        one.dependency_overrides[needed] = lambda: "fake"
        assert [text(one, "/"), text(two, "/")] == ["fake", "real"]

    def test_routes_are_a_tree_that_can_be_walked(self) -> None:
        app, outer, inner = Talarian(openapi_url=None), Router(prefix="/o"), Router(prefix="/i")
        inner.get("/x")(answering("x"))
        outer.include_router(inner)
        outer.mount("/m", PlainTextResponse("m"))
        app.get("/first")(answering("first"))
        app.include_router(outer, prefix="/p")
        assert isinstance(app.routes[1], IncludedRouter)
        walked = [(found.path, found.methods) for found in iter_route_contexts(app.routes)]
        assert walked == [("/first", {"GET"}), ("/p/o/i/x", {"GET"}), ("/p/m", None)]


class TestUrls:
    def test_by_name_through_inclusions_and_mounts(self) -> None:
        app, router, sub = Talarian(), Router(prefix="/r"), Talarian()
        router.get("/{x}", name="leaf")(answering("leaf"))
        sub.get("/{y}", name="below")(answering("below"))
        app.include_router(router, prefix="/first")
        app.include_router(router, prefix="/second")
        app.mount("/sub", sub, name="sub")
        assert app.url_path_for("leaf", x=1) == "/first/r/1"
        assert app.url_path_for("sub:below", y=2) == "/sub/2"
        for name, params in (("leaf", {}), ("leaf", {"x": 1, "z": 2}), ("none", {})):
            with pytest.raises(NoMatchFound):
                app.url_path_for(name, **params)


class TestOverriddenMethods:
    def test_a_handler_of_ones_own(self) -> None:
        class Own(Route):
            def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:
                inner = super().get_route_handler()

                async def handler(request: Request) -> Response:
                    response = await inner(request)
                    response.headers["x-mark"] = self.path
                    return response

                return handler

        app, router = Talarian(), Router(route_class=Own)
        router.get("/x")(answering("x"))
        app.include_router(router, prefix="/p", dependencies=[marked("lost")])
        assert call(app, "/p/x")[0] == 200
        assert marks(app, "/p/x") == "/x"

    def test_matching_of_ones_own(self) -> None:
        class Secret(Route):
            def matches(self, scope: Scope) -> tuple[Match, Scope]:
                known = any(name == b"x-key" for name, _ in scope["headers"])
                return super().matches(scope) if known else (Match.NONE, {})

            async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
                scope["path_params"]["handled"] = "here"
                await super().handle(scope, receive, send)

        app, router = Talarian(), Router(route_class=Secret)
        router.get("/{x}")(answering("secret"))
        app.include_router(router, prefix="/p")
        app.get("/p/{x}")(answering("public"))
        assert text(app, "/p/a") == "public {'x': 'a'}"
        found = text(app, "/p/a", headers={"x-key": "1"})
        assert found == "secret {'x': 'a', 'handled': 'here'}"

    def test_a_router_of_ones_own(self) -> None:
        class Gate(Router):
            async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
                if any(name == b"x-key" for name, _ in scope["headers"]):
                    await super().handle(scope, receive, send)
                else:
                    await PlainTextResponse("closed", status_code=403)(scope, receive, send)

        app, gate, inner = Talarian(), Gate(prefix="/gate"), Router()
        inner.get("/x")(answering("inside"))
        gate.include_router(inner)
        app.include_router(gate)
        assert text(app, "/gate/x") == "403"
        assert text(app, "/gate/x", headers={"x-key": "1"}) == "inside"
        assert text(app, "/gate/none") == "404"


class TestStarletteRoutes:
    def test_plain_routes_and_mounts_move_with_their_router(self) -> None:
        async def plain(request: Request) -> Response:
            return PlainTextResponse("plain")

        router = Router(
            prefix="/ignored",
            routes=[
                StarletteRoute("/plain", plain),
                Mount("/mount", routes=[StarletteRoute("/x", plain)]),
            ],
        )
        app = Talarian()
        app.include_router(router, prefix="/p")
        assert text(app, "/p/plain") == "plain"
        assert text(app, "/p/mount/x") == "plain"
        assert text(app, "/plain") == "404"
        assert text(router, "/plain") == "plain"

    def test_hosts_keep_their_prefix(self) -> None:
        router = Router(routes=[Host("api.example", app=PlainTextResponse("host"))])
        app = Talarian()
        app.include_router(router, prefix="/p")
        there = {"host": "api.example"}
        assert text(app, "/p/x", headers=there) == "host"
        assert text(app, "/x", headers=there) == "404"
        assert text(app, "/p/x") == "404"

    def test_a_kind_of_route_that_nobody_knows_is_left_out(self) -> None:
        class Unknown(BaseRoute): ...

        app, router = Talarian(), Router(routes=[Unknown()])
        router.get("/x")(answering("x"))
        app.include_router(router)
        assert text(app, "/x") == "x"
