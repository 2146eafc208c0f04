"""`path-parameter-missing`, `-misspelt` and `-unused`."""

from collections.abc import Callable
from typing import Annotated, Any

import pytest

from talarian import Depends, Path, Query, Request, Talarian
from tests.unit.doctor.observing import found_at, seen


def app_with(path: str, endpoint: Callable[..., Any], **options: Any) -> Talarian:
    app = Talarian()
    app.get(path, **options)(endpoint)
    return app


def by_id(item_id: Annotated[int, Path()]) -> None: ...
def query(item_id: int) -> None: ...
def alias(number: Annotated[int, Path(alias="item_id")]) -> None: ...
def optional(item_id: int = 0) -> None: ...
def other(page: int) -> None: ...
def nothing() -> None: ...
def whole(request: Request) -> None: ...
def marked(itemid: Annotated[int, Query()]) -> None: ...


class TestMissing:
    RULE = "path-parameter-missing"

    def test_not_in_the_path(self) -> None:
        finding = found_at(self.RULE, app_with("/items", by_id), by_id, "def by_id")
        assert "GET /items refuses every request: 'item_id'" in finding.message

    def test_in_the_path(self) -> None:
        assert seen(self.RULE, app_with("/items/{item_id}", by_id)) == []

    def test_in_the_path_of_the_mount(self) -> None:
        app = Talarian()
        app.mount("/items/{item_id}", app_with("/parts", by_id))
        assert seen(self.RULE, app) == []


class TestMisspelt:
    RULE = "path-parameter-misspelt"

    @pytest.mark.parametrize("path", ["/{itemid}", "/{item_ids}", "/{itemId}"])
    def test_a_required_query_parameter_looks_like_it(self, path: str) -> None:
        found_at(self.RULE, app_with(path, query), query, "def query")

    def test_declared_as_a_query_parameter(self) -> None:
        found_at(self.RULE, app_with("/{item_id}", marked), marked, "def marked")

    @pytest.mark.parametrize(
        ("path", "endpoint"),
        [("/{item_id}", query), ("/{itemid}", optional), ("/{item_id}", other)],
    )
    def test_nothing_looks_like_it(self, path: str, endpoint: Callable[..., Any]) -> None:
        assert seen(self.RULE, app_with(path, endpoint)) == []


class TestUnused:
    RULE = "path-parameter-unused"

    @pytest.mark.parametrize("endpoint", [nothing, other, optional])
    def test_nobody_takes_it(self, endpoint: Callable[..., Any]) -> None:
        found_at(self.RULE, app_with("/{tenant}", endpoint), endpoint, "def ")

    @pytest.mark.parametrize("endpoint", [by_id, query, alias, whole])
    def test_the_endpoint_takes_it(self, endpoint: Callable[..., Any]) -> None:
        assert seen(self.RULE, app_with("/{item_id:int}", endpoint)) == []

    def test_a_dependency_takes_it(self) -> None:
        app = app_with("/{item_id}", nothing, dependencies=[Depends(query)])
        assert seen(self.RULE, app) == []
