from copy import copy
from typing import Any

import pytest
from starlette.routing import Match, compile_path

from talarian import Router
from talarian.engine.app import template
from talarian.engine.app.route import Route, WebSocketRoute
from talarian.engine.app.template import read_template
from talarian.engine.app.tree import iter_route_contexts


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/items",
        "/items/{item_id}",
        "/items/{item_id:int}/{rest:path}",
        "/a:b/{c}",
        "/{a}{b}",
        "/{not closed",
        "/{1digit}/{with space}",
        "/{a:}",
        "{sub}.example.org:80",
    ],
)
def test_it_is_what_starlette_reads(path: str) -> None:
    _, path_format, convertors = compile_path(path)
    assert read_template(path) == (path_format, convertors)


@pytest.mark.parametrize("path", ["/{a}/{a}", "/{a}/{b}/{a}/{b:int}", "/{a:nothing}"])
def test_its_errors_are_starlettes(path: str) -> None:
    with pytest.raises((AssertionError, ValueError)) as expected:
        compile_path(path)
    with pytest.raises(type(expected.value)) as found:
        read_template(path)
    assert str(found.value) == str(expected.value)


async def endpoint() -> None: ...


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    paths: list[str] = []

    def counting(path: str) -> Any:
        paths.append(path)
        return compile_path(path)

    monkeypatch.setattr(template, "compile_path", counting)
    return paths


def scope(path: str, kind: str = "http") -> dict[str, Any]:
    return {"type": kind, "path": path, "method": "GET", "headers": [], "query_string": b""}


@pytest.mark.parametrize("kind", [Route, WebSocketRoute])
def test_a_regex_is_compiled_when_it_is_asked_for(kind: type[Any], compiled: list[str]) -> None:
    route = kind("/items/{item_id}", endpoint)
    assert route.path_format == "/items/{item_id}"
    assert not compiled
    protocol = "http" if kind is Route else "websocket"
    assert route.matches(scope("/items/7", protocol))[0] is Match.FULL
    assert route.matches(scope("/other/7", protocol))[0] is Match.NONE
    assert compiled == ["/items/{item_id}"]
    assert route.path_regex is route.path_regex


def test_the_regex_of_an_inclusion_is_too(compiled: list[str]) -> None:
    inner, outer = Router(), Router()
    inner.add_api_route("/{item_id}", endpoint)
    outer.include_router(inner, prefix="/items")
    (context,) = iter_route_contexts(outer.routes)
    assert context.path_format == "/items/{item_id}"
    assert not compiled
    assert context.path_regex.match("/items/7")
    assert compiled == ["/items/{item_id}"]


def test_a_parameter_that_an_inclusion_repeats_is_an_error_of_the_inclusion() -> None:
    inner, outer = Router(), Router()
    inner.add_api_route("/{item_id}", endpoint)
    outer.include_router(inner, prefix="/{item_id}")
    with pytest.raises(ValueError, match="Duplicated param name item_id"):
        list(iter_route_contexts(outer.routes))


def test_a_route_matches_by_what_its_path_was_until_its_regex_is_set() -> None:
    route = Route("/before", endpoint)
    moved = copy(route)
    moved.path = "/after"
    assert moved.path_regex.match("/before")
    moved.path_regex = compile_path("/after")[0]
    assert moved.path_regex.match("/after")
    assert route.path_regex.match("/before")


class Shouting(Route):
    """A subclass that has something to say about an attribute."""

    @property
    def summary(self) -> str | None:
        return self._summary

    @summary.setter
    def summary(  # pyright: ignore[reportIncompatibleVariableOverride]
        self, summary: str | None
    ) -> None:
        self._summary = summary.upper() if summary else summary


class Noting(Route):
    """A subclass that sees everything that is set."""

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__.setdefault("noted", []).append(name)
        super().__setattr__(name, value)


def test_subclasses_decide_about_their_attributes() -> None:
    assert Shouting("/", endpoint, summary="quiet").summary == "QUIET"
    noted = set(Noting("/", endpoint).noted)
    assert {"path", "endpoint", "methods", "tags", "summary", "unique_id", "app"} <= noted
