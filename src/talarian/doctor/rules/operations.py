"""Operation ids that name more than one operation."""

from collections import defaultdict
from collections.abc import Iterator

from ..application import Application, Endpoint
from ..finding import Severity
from ..rule import Observation, listed, rule


@rule(
    "duplicate-operation-id",
    Severity.WARNING,
    "https://spec.openapis.org/oas/v3.1.0#operation-object",
)
def duplicate_operation_id(app: Application) -> Iterator[Observation]:
    """An operationId must be unique in the document: generated clients name functions by it."""
    if app.app.openapi_url is None:
        return
    operations: dict[tuple[str, str], tuple[str, Endpoint]] = {}
    for endpoint, plan in app.http_endpoints:
        declaration = endpoint.context.declaration
        if declaration.include_in_schema:
            for method in endpoint.methods:
                # Of two routes with the same method and path, the document has the last one.
                name = declaration.operation_id or plan.unique_id
                operations[method, endpoint.path] = name, endpoint
    users: defaultdict[str, list[tuple[str, Endpoint]]] = defaultdict(list)
    for (method, path), (name, endpoint) in operations.items():
        users[name].append((f"{method} {path}", endpoint))
    for name, found in users.items():
        if len(found) > 1:
            yield _observation(name, found)


def _observation(name: str, found: list[tuple[str, Endpoint]]) -> Observation:
    if (
        len({endpoint.context.unique_id for _, endpoint in found}) == 1
        and len({id(endpoint.context.original_route) for _, endpoint in found}) == 1
    ):
        advice = "Register each method by itself, with its own decorator, instead of in one route."
    else:
        advice = "Give the functions different names, or the routes different operation_id=..."
    return Observation(
        found[-1][1].place,
        f"{listed([operation for operation, _ in found])} have the same operationId {name!r}: "
        "clients generated from the document have a function for only one of them.",
        advice,
    )
