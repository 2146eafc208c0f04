"""What is changed about an application that serves requests already: the next one is served so."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Router as StarletteRouter
from starlette.types import Receive, Scope, Send

from talarian.engine.app.application import Talarian
from talarian.engine.app.route import Route
from talarian.engine.app.router import Router

from .dispatching import application, calls, first, get, second, seen


def test_the_first_request_builds_the_stack() -> None:
    app = Talarian(openapi_url=None)
    app.get("/")(first)
    assert [seen(app), seen(app)] == [("first", False), ("first", True)]


def test_middleware_is_added_until_then() -> None:
    app = Talarian(openapi_url=None)
    app.get("/")(first)
    app.add_middleware(GZipMiddleware)
    get(app)
    assert seen(app) == ("first", True)
    with pytest.raises(RuntimeError):
        app.add_middleware(GZipMiddleware)


def test_routes_come_and_go() -> None:
    app = application()
    assert get(app, "/late").status == 404
    app.get("/late")(second)
    assert seen(app, "/late") == ("second", True)
    app.router.routes.pop()
    assert get(app, "/late").status == 404
    app.router.routes[0] = Route("/", second, methods=["GET"])
    assert seen(app) == ("second", True)
    app.router.routes.clear()
    assert get(app).status == 404


def test_routers_that_are_filled_later() -> None:
    app, outer, inner = application(), Router(), Router()
    outer.include_router(inner, prefix="/inner")
    app.include_router(outer, prefix="/outer")
    assert get(app, "/outer/inner/late").status == 404
    inner.get("/late")(second)
    assert seen(app, "/outer/inner/late") == ("second", True)


def test_the_first_registered_wins() -> None:
    app = application()
    app.get("/{anything:path}")(second)
    app.get("/exact")(first)
    assert seen(app, "/exact") == ("second", True)
    app.router.routes.reverse()
    assert [seen(app, "/exact"), seen(app)] == [("first", True), ("second", True)]


def test_another_middleware_stack() -> None:
    app = application()
    stack = app.middleware_stack
    assert stack is not None

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        calls.append("wrapped")
        await stack(scope, receive, send)

    app.middleware_stack = wrapped
    assert seen(app) == ("first", False)
    assert calls == ["wrapped"]
    app.middleware_stack = stack
    assert seen(app) == ("first", True)
    app.middleware_stack = None
    assert [seen(app), seen(app)] == [("first", False), ("first", True)]


def _answers_instead(app: Talarian) -> None:
    router: Any = app.router
    router.app = router.middleware_stack = PlainTextResponse("instead")


def test_another_application_in_the_router() -> None:
    app = Talarian(openapi_url=None)
    app.get("/")(first)
    _answers_instead(app)
    assert [seen(app), seen(app)] == [("instead", False)] * 2


def test_another_application_in_the_router_after_the_first_request() -> None:
    app = application()
    _answers_instead(app)
    assert seen(app) == ("instead", False)


def test_another_router() -> None:
    app = application()
    app.router = Router()
    app.router.get("/")(second)
    app.middleware_stack = app.build_middleware_stack()
    assert seen(app) == ("second", True)


PATCHED: tuple[tuple[Any, str], ...] = (
    *((Starlette, "__call__"), (StarletteRouter, "__call__"), (Router, "app")),
    *((Route, "handle"), (Route, "matches")),
)


def _patched(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    original = getattr(owner, name)

    def wrapper(self: Any, *arguments: Any) -> Any:
        calls.append(f"patched {name}")
        return original(self, *arguments)

    monkeypatch.setattr(owner, name, wrapper)


@pytest.mark.parametrize(("owner", "name"), PATCHED)
def test_methods_that_instrumentation_replaces(
    owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _patched(monkeypatch, owner, name)
    app = Talarian(openapi_url=None)
    app.get("/")(first)
    for _ in range(2):
        assert seen(app) == ("first", False)
        assert f"patched {name}" in calls


@pytest.mark.parametrize(("owner", "name"), PATCHED)
def test_methods_that_are_replaced_after_the_first_request(
    owner: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = application()
    with monkeypatch.context() as patch:
        _patched(patch, owner, name)
        assert seen(app) == ("first", False)
        # As in Starlette, a router keeps the `app` that it was made with.
        assert f"patched {name}" in calls or name == "app"
    assert seen(app) == ("first", True)


def test_a_server_notices_when_the_application_itself_is_replaced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The fast lane does not call the application; see `Dispatch.is_open`."""
    app = application()
    dispatch = app.direct()
    assert dispatch is not None
    hit = dispatch.find("GET", "/")
    assert hit is not None and hit[0].ready() is not None and dispatch.is_open()
    _patched(monkeypatch, Talarian, "__call__")
    assert not dispatch.is_open()
    assert app.direct() is None
