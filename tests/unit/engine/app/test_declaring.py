"""What declaring many routes costs, in things made and asked; time is measured elsewhere."""

from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter, create_model

from talarian import Body, Depends, Query, Router, Talarian
from talarian.engine.app import template
from talarian.engine.fields import rules


@pytest.fixture
def adapters(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The annotations for which a validator and a serialiser were made."""
    made: list[Any] = []

    def counting(annotation: Any, **options: Any) -> TypeAdapter[Any]:
        made.append(annotation)
        return TypeAdapter(annotation, **options)

    monkeypatch.setattr(rules, "TypeAdapter", counting)
    rules._equal.cache_clear()
    rules._same_rules.clear()
    return made


def page(
    limit: int = Query(100, ge=1, le=500),
    order: Annotated[str, Query(pattern="^[a-z]+$")] = "name",
) -> tuple[int, str]:
    return limit, order


def endpoint_of(model: type[BaseModel]) -> Any:
    async def endpoint(item_id: int, body: Any, q: str | None = None) -> Any:
        return body

    endpoint.__annotations__["body"] = model
    return endpoint


def models(count: int) -> list[type[BaseModel]]:
    return [
        create_model(f"Model{number}", name=str, tags=(list[str], [])) for number in range(count)
    ]


def test_a_route_makes_no_validator(adapters: list[Any]) -> None:
    app = Talarian()
    for number, model in enumerate(models(50)):
        app.post(f"/{number}/{{item_id}}", response_model=model)(endpoint_of(model))
    assert not adapters
    app.openapi()
    assert len(adapters) == 2  # `int`, and `str | None` with its default


def test_a_dependency_of_many_routes_makes_its_validators_once(adapters: list[Any]) -> None:
    app = Talarian(dependencies=[Depends(page)])
    for number in range(50):

        @app.get(f"/{number}")
        async def endpoint(at: Annotated[tuple[int, str], Depends(page)]) -> None: ...

    assert len(adapters) == 2
    app.openapi()
    assert len(adapters) == 2


def test_an_inclusion_makes_none_that_its_router_has(adapters: list[Any]) -> None:
    router = Router(dependencies=[Depends(page)])
    for number, model in enumerate(models(10)):
        router.post(f"/{number}/{{item_id}}", response_model=model)(endpoint_of(model))
    declared = len(adapters)
    app = Talarian()
    for prefix in ("/a", "/b", "/c"):
        app.include_router(router, prefix=prefix)
    app.openapi()
    assert declared == 2
    assert len(adapters) == 4


def test_nobody_compiles_a_regex(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(template, "compile_path")
    app, router = Talarian(), Router()
    router.get("/{item_id:int}")(endpoint_of(models(1)[0]))
    app.include_router(router, prefix="/items")
    assert "/items/{item_id}" in app.openapi()["paths"]


def test_fields_of_two_routes_are_two(adapters: list[Any]) -> None:
    """What somebody does to one route's parameters is not done to another's."""
    app = Talarian()
    for path in ("/a", "/b"):

        @app.post(path)
        async def endpoint(q: int = 1, body: dict[str, Any] = Body()) -> None: ...

    (one, other) = app.routes[-2:]
    for place in ("query_params", "body_params"):
        (field,), (twin,) = (getattr(route.plan.root, place) for route in (one, other))  # type: ignore[attr-defined]
        assert field is not twin
        assert field.info is not twin.info
        assert field.info.metadata is not twin.info.metadata
