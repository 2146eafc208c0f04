"""How routers, inclusions and routes add up, one option at a time."""

import dataclasses
from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse

from talarian.engine.declare.declaration import Declaration, Inclusion, nearest
from talarian.engine.ground.sentinels import Default


def endpoint() -> None: ...


def named(route: Any) -> str:
    return "name"


NOT_CHOSEN: Any = Default(named)

# Option of an inclusion, what the outer and the inner one say, what both say together.
MERGES: list[tuple[str, Any, Any, Any]] = [
    ("prefix", "/a", "/b", "/a/b"),
    ("prefix", "", "", ""),
    ("tags", ["a"], ["b", "a"], ["a", "b", "a"]),
    ("dependencies", [1], [2], [1, 2]),
    ("callbacks", [1], [2], [1, 2]),
    ("responses", {404: {"a": 1}, 400: {}}, {404: {"b": 2}}, {404: {"b": 2}, 400: {}}),
    ("deprecated", None, None, None),
    ("deprecated", True, None, True),
    ("deprecated", True, False, True),
    ("deprecated", False, True, True),
    ("include_in_schema", True, True, True),
    ("include_in_schema", False, True, False),
    ("include_in_schema", True, False, False),
    ("default_response_class", HTMLResponse, PlainTextResponse, PlainTextResponse),
    ("default_response_class", HTMLResponse, Default(PlainTextResponse), HTMLResponse),
    ("generate_unique_id_function", named, NOT_CHOSEN, named),
    ("strict_content_type", True, False, False),
    ("strict_content_type", False, Default(True), False),
    ("strict_content_type", Default(True), Default(True), Default(True)),
    ("max_body_size", 10, 20, 20),
    ("max_body_size", 10, None, 10),
    ("max_body_size", 10, 0, 0),
    ("max_body_size", None, None, None),
    (
        "form_limits",
        {"max_files": 1, "max_fields": 2},
        {"max_files": 0},
        {"max_files": 0, "max_fields": 2},
    ),
]

ROUTE_OPTION = {"prefix": "path", "default_response_class": "response_class"}


@pytest.mark.parametrize(("option", "outer", "inner", "both"), MERGES)
def test_inclusions_add_up(option: str, outer: Any, inner: Any, both: Any) -> None:
    merged = Inclusion(**{option: outer}).around(Inclusion(**{option: inner}))
    assert getattr(merged, option) == both


@pytest.mark.parametrize(("option", "outer", "inner", "both"), MERGES)
def test_a_route_is_the_innermost(option: str, outer: Any, inner: Any, both: Any) -> None:
    name = ROUTE_OPTION.get(option, option)
    given: dict[str, Any] = {"path": "", "endpoint": endpoint} | {name: inner}
    applied = Inclusion(**{option: outer}).applied_to(Declaration(**given))
    assert getattr(applied, name) == both


def test_every_option_of_an_inclusion_is_tried_above() -> None:
    options = {field.name for field in dataclasses.fields(Inclusion)}
    assert {option for option, *_ in MERGES} == options


def test_what_an_inclusion_does_not_speak_of_stays() -> None:
    route = Declaration("/a", endpoint, name="n", status_code=201, summary="S", operation_id="id")
    applied = Inclusion(prefix="/p", tags=["t"]).applied_to(route)
    changed = {
        field.name
        for field in dataclasses.fields(Declaration)
        if getattr(applied, field.name) != getattr(route, field.name)
    }
    # Sequences become lists on the way, whether something is added or not.
    assert changed == {"path", "tags", "dependencies", "callbacks"}
    assert (applied.path, applied.tags) == ("/p/a", ["t"])


def test_merging_changes_neither_side() -> None:
    outer, inner = Inclusion(tags=["a"], responses={1: {}}), Inclusion(tags=["b"])
    outer.around(inner)
    assert (outer.tags, inner.tags, outer.responses) == (["a"], ["b"], {1: {}})


@pytest.mark.parametrize(
    ("values", "chosen"),
    [((1, 2), 1), ((None, 2), 2), ((0, 2), 0), ((None, None), None), ((), None)],
)
def test_the_nearest_value_counts(values: tuple[int | None, ...], chosen: int | None) -> None:
    assert nearest(*values) == chosen
