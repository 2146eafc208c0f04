"""A router: what it shares with its routes, and how it finds them."""

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.app.router import Router
from talarian.engine.declare.depends import Depends
from talarian.engine.ground.errors import TalarianError
from talarian.engine.ground.sentinels import DefaultPlaceholder
from tests.unit.engine.app.helpers import call, text


def needed() -> None: ...


def endpoint() -> str:
    """Read it.

    At length.\fNot shown.
    """
    return "endpoint"


def naming(route: Any) -> str:
    return "named"


def answering(name: str) -> Callable[[], str]:
    def endpoint() -> str:
        return name

    return endpoint


def added(router: Router, **options: Any) -> Route:
    router.get("/path", **options)(endpoint)
    route = router.routes[-1]
    assert isinstance(route, Route)
    return route


class TestWhatRoutesShare:
    def test_lists_add_up_and_prefixes_come_first(self) -> None:
        router = Router(
            prefix="/p", tags=["a"], dependencies=[Depends(needed)], responses={400: {}, 404: {}}
        )
        own = Depends(endpoint)
        route = added(router, tags=["b"], dependencies=[own], responses={404: {"description": "x"}})
        assert (route.path, route.tags) == ("/p/path", ["a", "b"])
        assert route.dependencies == [Depends(needed), own]
        assert route.responses == {400: {}, 404: {"description": "x"}}

    def test_the_routes_own_choice_wins(self) -> None:
        router = Router(
            default_response_class=HTMLResponse,
            generate_unique_id_function=naming,
            strict_content_type=False,
            max_body_size=10,
            form_limits={"max_files": 1, "max_fields": 1},
        )
        shared = added(router)
        assert (shared.response_class, shared.unique_id) == (HTMLResponse, "named")
        assert (shared.strict_content_type, shared.max_body_size) == (False, 10)
        own = added(
            router,
            response_class=PlainTextResponse,
            max_body_size=0,
            operation_id="own",
            form_limits={"max_files": 0},
        )
        assert (own.response_class, own.unique_id) == (PlainTextResponse, "own")
        assert (own.max_body_size, own.form_limits) == (0, {"max_files": 0, "max_fields": 1})

    def test_without_a_choice_the_default_is_still_one(self) -> None:
        assert isinstance(added(Router()).response_class, DefaultPlaceholder)
        # To choose what is the default anyway is a choice.
        assert added(Router(default_response_class=JSONResponse)).response_class is JSONResponse

    @pytest.mark.parametrize(
        ("router", "route", "both"),
        [(None, None, None), (True, False, True), (False, True, True)],
    )
    def test_deprecated(self, router: Any, route: Any, both: Any) -> None:
        assert added(Router(deprecated=router), deprecated=route).deprecated is both

    def test_the_description_is_the_docstring_up_to_a_form_feed(self) -> None:
        assert added(Router()).description == "Read it.\n\nAt length."
        assert added(Router(), description="Own").description == "Own"

    def test_methods_are_upper_case(self) -> None:
        router = Router()
        router.api_route("/", methods=["get", "Post"])(endpoint)
        router.add_api_route("/", endpoint)
        assert [getattr(route, "methods") for route in router.routes] == [{"GET", "POST"}, {"GET"}]  # noqa: B009

    def test_a_decorator_gives_the_function_back(self) -> None:
        assert Router().get("/")(endpoint) is endpoint
        assert Router().websocket("/")(endpoint) is endpoint

    def test_the_route_class_may_be_chosen_for_one_route(self) -> None:
        class Own(Route): ...

        router = Router(route_class=Own)
        assert type(added(router)) is Own
        router.add_api_route("/", endpoint, route_class_override=Route)
        assert type(router.routes[-1]) is Route


class TestRefusals:
    @pytest.mark.parametrize(
        ("prefix", "message"), [("a", "must start with '/'"), ("/a/", "must not end with '/'")]
    )
    def test_prefixes(self, prefix: str, message: str) -> None:
        with pytest.raises(AssertionError, match=message):
            Router(prefix=prefix)
        with pytest.raises(AssertionError, match=message):
            Router().include_router(Router(), prefix=prefix)

    def test_circles(self) -> None:
        outer, inner = Router(), Router()
        outer.include_router(inner)
        with pytest.raises(AssertionError, match="already includes this router"):
            inner.include_router(outer)
        with pytest.raises(AssertionError, match="into itself"):
            outer.include_router(outer)

    def test_nothing_at_all_as_path(self) -> None:
        inner = Router()
        inner.get("")(endpoint)
        with pytest.raises(TalarianError, match=r"cannot be both empty .*endpoint"):
            Router().include_router(inner)
        Router().include_router(inner, prefix="/x")

    @pytest.mark.parametrize(
        ("declare", "name"),
        [
            (lambda: Router(prefx="/"), r"Router\.__init__\(\).*'prefx'"),  # type: ignore[call-arg]
            (lambda: Router().get("/", pathh=1), r"Router\.get\(\).*'pathh'"),  # type: ignore[call-arg]
            (lambda: Router().get("/", methods=["GET"]), "'methods'"),  # type: ignore[call-arg]
            (lambda: Router().include_router(Router(), lifespan=1), "'lifespan'"),  # type: ignore[call-arg]
            (lambda: Router().add_api_route("/", endpoint, x=1), "'x'"),  # type: ignore[call-arg]
        ],
    )
    def test_keywords_that_do_not_exist(self, declare: Callable[[], Any], name: str) -> None:
        with pytest.raises(TypeError, match=name):
            declare()

    @pytest.mark.parametrize("limit", [-1, 1.5, True, "1"])
    def test_body_limits(self, limit: Any) -> None:
        with pytest.raises(ValueError, match="max_body_size"):
            Router(max_body_size=limit)
        with pytest.raises(ValueError, match="max_body_size"):
            Router().get("/", max_body_size=limit)(endpoint)


class TestSlashes:
    @pytest.fixture
    def app(self) -> Talarian:
        app = Talarian()
        app.get("/without")(answering("without"))
        app.get("/with/")(answering("with"))
        app.post("/posted/")(answering("posted"))
        return app

    @pytest.mark.parametrize(
        ("target", "location"),
        [
            ("/without/", "http://testserver/without"),
            ("/with?a=1&b=%20", "http://testserver/with/?a=1&b=%20"),
            ("/posted", "http://testserver/posted/"),
            ("/without//", "http://testserver/without"),
        ],
    )
    def test_a_redirect_keeps_method_and_query(
        self, app: Talarian, target: str, location: str
    ) -> None:
        status, headers, _ = call(app, target)
        assert (status, headers["location"]) == (307, location)

    def test_there_must_be_something_at_the_other_end(self, app: Talarian) -> None:
        assert call(app, "/none/")[0] == 404
        assert call(app, "/")[0] == 404

    def test_it_can_be_turned_off(self) -> None:
        app = Talarian(redirect_slashes=False)
        app.get("/without")(endpoint)
        assert call(app, "/without/")[0] == 404


class TestMethods:
    @pytest.fixture
    def app(self) -> Talarian:
        app = Talarian()
        app.get("/path")(answering("got"))
        router = Router(prefix="/path")
        router.put("")(answering("put"))
        app.include_router(router)
        return app

    def test_each_is_found_wherever_it_is(self, app: Talarian) -> None:
        assert [text(app, "/path", method) for method in ("GET", "PUT")] == ["got", "put"]

    @pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "UNKNOWN", "get"])
    def test_others_are_not_allowed(self, app: Talarian, method: str) -> None:
        status, headers, _ = call(app, "/path", method)
        assert status == 405
        assert "GET" in headers["allow"].split(", ")

    def test_a_router_by_itself_answers_in_plain_text(self) -> None:
        router = Router()
        router.get("/path")(endpoint)
        status, headers, body = call(router, "/path", "POST")
        assert (status, headers["allow"], body) == (405, "GET", "Method Not Allowed")
        assert call(router, "/none")[0] == 404


class TestLifespans:
    async def run(self, app: Router | Talarian) -> dict[str, Any]:
        router = app.router if isinstance(app, Talarian) else app
        async with router.lifespan_context(app) as state:
            return dict(state or {})

    def test_those_of_included_routers_run_inside(self) -> None:
        events: list[str] = []

        def spanning(name: str) -> Any:
            async def lifespan(app: Any) -> AsyncGenerator[dict[str, str], None]:
                events.append(f"{name} up")
                yield {name: name, "who": name}
                events.append(f"{name} down")

            return lifespan

        def blocking(app: Any) -> Generator[None, None, None]:
            events.append("blocking up")
            yield
            events.append("blocking down")

        app = Talarian(lifespan=asynccontextmanager(spanning("app")))
        outer = Router(lifespan=spanning("router"))
        outer.include_router(Router(lifespan=blocking))  # type: ignore[arg-type]
        app.include_router(outer)
        state = anyio.run(self.run, app)
        assert state == {"app": "app", "router": "router", "who": "app"}
        names = ["app", "router", "blocking"]
        up = [f"{name} up" for name in names]
        assert events == [*up, *(f"{name} down" for name in reversed(names))]

    def test_handlers_of_included_routers_run_too(self) -> None:
        events: list[str] = []

        async def down() -> None:
            events.append("down")

        router = Router(on_startup=[lambda: events.append("up")], on_shutdown=[down])
        app = Talarian(on_startup=[lambda: events.append("app up")])
        app.include_router(router)
        anyio.run(self.run, app)
        assert events == ["app up", "up", "down"]
