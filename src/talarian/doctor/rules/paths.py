"""Path templates and functions that do not agree about the parameters."""

from collections.abc import Iterator
from difflib import get_close_matches

from talarian.engine.analyse.plan import Injection
from talarian.engine.ground.templates import parameter_names

from ..application import Application, Endpoint
from ..finding import Severity
from ..rule import Observation, rule

_PAGE = "https://fastapi.tiangolo.com/tutorial/path-params/"
_CONNECTIONS = frozenset({Injection.REQUEST, Injection.WEBSOCKET, Injection.CONNECTION})


@rule("path-parameter-missing", Severity.ERROR, _PAGE)
def missing(app: Application) -> Iterator[Observation]:
    """A path parameter that is not in the path can have no value."""
    for endpoint in app.endpoints:
        known = parameter_names(endpoint.path) | app.outer_names
        for call in endpoint.root.walk():
            for field in call.path_params:
                if field.required and field.alias not in known:
                    yield Observation(
                        endpoint.place,
                        f"{endpoint} refuses every request: {field.alias!r} is declared as a path "
                        "parameter and is not in the path.",
                        f"Write {{{field.alias}}} into the path, or declare it with Query().",
                    )


@rule("path-parameter-misspelt", Severity.WARNING, _PAGE)
def misspelt(app: Application) -> Iterator[Observation]:
    """A name that differs from the template's by a letter is taken for a query parameter."""
    for endpoint, name, close in _unused(app):
        if close is not None:
            yield Observation(
                endpoint.place,
                f"{endpoint} does not take {name!r} from its path; {close!r}, which looks like it, "
                "is a required query parameter.",
                f"Write the same name in both places: {{{close}}} in the path, or "
                f"`{name}` in the function.",
            )


@rule("path-parameter-unused", Severity.INFO, _PAGE)
def unused(app: Application) -> Iterator[Observation]:
    """A value that nobody takes from the path: any text is accepted there."""
    for endpoint, name, close in _unused(app):
        if close is None:
            yield Observation(
                endpoint.place,
                f"{endpoint} does not take {name!r} from its path: any text there is accepted.",
                f"Add a parameter `{name}` to the function or to a dependency, with its type.",
            )


def _unused(app: Application) -> Iterator[tuple[Endpoint, str, str | None]]:
    """Yield names of templates that nobody takes, with the query parameter meant for it, if any."""
    for endpoint in app.endpoints:
        calls = list(endpoint.root.walk())
        # Whoever has the request can read its path parameters himself.
        if any(kind in _CONNECTIONS for call in calls for _, kind in call.injections):
            continue
        taken = {field.alias for call in calls for field in call.path_params}
        wanted = {
            _plain(field.alias): field.alias
            for call in calls
            for field in call.query_params
            if field.required
        }
        for name in sorted(parameter_names(endpoint.path) - taken):
            close = get_close_matches(_plain(name), wanted, n=1, cutoff=0.8)
            yield endpoint, name, wanted[close[0]] if close else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
