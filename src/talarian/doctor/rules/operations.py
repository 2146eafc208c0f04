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
    users: defaultdict[str, dict[str, Endpoint]] = defaultdict(dict)
    for endpoint, plan in app.http_endpoints:
        # Of two routes with the same method and path, the document has the last one.
        users[plan.unique_id].update(
            {f"{method} {endpoint.path}": endpoint for method in endpoint.methods}
        )
    for name, found in users.items():
        shown = [
            (operation, endpoint)
            for operation, endpoint in found.items()
            if len(found) > 1 and endpoint.context.include_in_schema
        ]
        if len(shown) > 1:
            yield _observation(name, shown)


def _observation(name: str, found: list[tuple[str, Endpoint]]) -> Observation:
    if len({id(endpoint) for _, endpoint in found}) == 1:
        advice = "Register each method by itself, with its own decorator, instead of in one route."
    else:
        advice = "Give the functions different names, or the routes different operation_id=..."
    return Observation(
        found[-1][1].place,
        f"{listed([operation for operation, _ in found])} have the same operationId {name!r}: "
        "clients generated from the document have a function for only one of them.",
        advice,
    )
