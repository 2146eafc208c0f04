"""Keyword lists that belong together stay together."""

import dataclasses

import pytest

from talarian.engine.declare import options
from talarian.engine.declare.declaration import Declaration, Inclusion


@pytest.mark.parametrize(
    ("defaults", "known"),
    [
        (options.SHARED_DEFAULTS, options.IncludeOptions),
        (options.ROUTE_DEFAULTS, options.RegisterOptions),
        (options.ROUTER_DEFAULTS, options.RouterOptions),
        (options.APPLICATION_DEFAULTS, options.ApplicationOptions),
    ],
)
def test_defaults_are_of_keywords_that_exist(defaults: dict[str, object], known: type) -> None:
    assert defaults.keys() <= known.__annotations__.keys()


def test_a_declaration_holds_what_a_route_can_be_told() -> None:
    fields = {field.name for field in dataclasses.fields(Declaration)}
    assert options.AddRouteOptions.__annotations__.keys() | {"path", "endpoint"} == fields


def test_an_inclusion_holds_what_include_router_can_be_told() -> None:
    fields = {field.name for field in dataclasses.fields(Inclusion)}
    # This one is a router's own: FastAPI's include_router does not take it.
    assert options.IncludeOptions.__annotations__.keys() | {"strict_content_type"} == fields
