"""Documents of plain functions, without an application around them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from talarian.engine.analyse.endpoint import plan_endpoint
from talarian.engine.analyse.plan import Plan
from talarian.engine.declare.declaration import Declaration
from talarian.engine.describe.document import get_openapi


@dataclass
class FakeRoute:
    """The least that the document asks of a route."""

    declaration: Declaration
    plan: Plan
    name: str
    path_format: str
    methods: list[str]
    unique_id: str


def route(
    endpoint: Callable[..., Any], path: str = "/", method: str = "POST", **options: Any
) -> FakeRoute:
    name = options.pop("name", endpoint.__name__)
    unique_id = options.get("operation_id") or name
    declaration = Declaration(path=path, endpoint=endpoint, **options)
    plan = plan_endpoint(declaration, path, unique_id)
    return FakeRoute(declaration, plan, name, path, [method], unique_id)


def document(*routes: Any, **options: Any) -> dict[str, Any]:
    return get_openapi(title="Shop", version="1", routes=routes, **options)


def operation(endpoint: Callable[..., Any], path: str = "/", **options: Any) -> dict[str, Any]:
    """The only operation of a document."""
    described: dict[str, Any] = document(route(endpoint, path, **options))["paths"][path]["post"]
    return described
