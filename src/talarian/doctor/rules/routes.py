"""Routes that no request reaches."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.convertors import (
    Convertor,
    FloatConvertor,
    IntegerConvertor,
    PathConvertor,
    StringConvertor,
    UUIDConvertor,
)
from starlette.routing import Host, Mount, WebSocketRoute

from talarian.engine.app.tree import RouteContext

from ..application import Application, described
from ..finding import Severity
from ..rule import Observation, rule
from ..sources import place_of

# Values of each convertor that narrower convertors and literal text would not match. Three each:
# a pattern that matches all three paths made of them matches every path.
_SAMPLES: dict[type[Convertor[Any]], tuple[str, str, str]] = {
    StringConvertor: ("~", "a.b-c", "\N{GREEK SMALL LETTER ALPHA} "),
    PathConvertor: ("", "~", "a/b.c/~"),
    IntegerConvertor: ("0", "31", "90071992547409931"),
    FloatConvertor: ("0", "0.5", "90071992547409931.25"),
    UUIDConvertor: (
        "00000000-0000-0000-0000-000000000000",
        "5b0c6de1-9b55-4f0c-8f2e-0e7ab1a6fd8f",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ),
}

# A WebSocket's handshake counts as a method of its own.
_HANDSHAKE = frozenset({"a WebSocket"})
_ALL_HTTP = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_ALL = _ALL_HTTP | _HANDSHAKE


@dataclass(frozen=True, slots=True)
class _Target:
    """A route as the matcher sees it, with paths that stand for all of its own."""

    context: RouteContext
    methods: frozenset[str]
    paths: tuple[str, ...]
    match: Callable[[str], object]

    def takes(self, later: "_Target") -> frozenset[str]:
        """Return the methods of a later route that this one answers; none if paths differ."""
        shared = self.methods & later.methods
        return shared if shared and all(map(self.match, later.paths)) else frozenset()


@rule(
    "shadowed-route",
    Severity.WARNING,
    "https://fastapi.tiangolo.com/tutorial/path-params/#order-matters",
)
def shadowed(app: Application) -> Iterator[Observation]:
    """The first route that matches answers, so a route behind a wider one never does."""
    fixed: defaultdict[str, list[_Target]] = defaultdict(list)
    variable: list[_Target] = []
    for later in _targets(app):
        for earlier in (*fixed[later.paths[0]], *variable):
            if taken := earlier.takes(later):
                yield _observation(earlier, later, taken)
                break
        # A path without parameters shadows nothing but itself.
        same = len(set(later.paths)) == 1
        (fixed[later.paths[0]] if same else variable).append(later)


def _targets(app: Application) -> Iterator[_Target]:
    for context in app.routes:
        route = context.original_route
        if isinstance(route, Host) or not hasattr(context, "path_regex"):
            continue
        paths = _sample_paths(context)
        if not paths:
            continue
        if isinstance(route, Mount):
            methods = _ALL
        elif isinstance(route, WebSocketRoute):
            methods = _HANDSHAKE
        else:
            methods = frozenset(context.methods or _ALL_HTTP)
        yield _Target(context, methods, paths, context.path_regex.match)


def _sample_paths(context: RouteContext) -> tuple[str, ...]:
    """Return paths that the route matches; none when it has a convertor nobody knows."""
    template = context.path_format or ""
    convertors = context.param_convertors
    if any(type(convertor) not in _SAMPLES for convertor in convertors.values()):
        return ()
    paths = [template, template, template]
    for name, convertor in convertors.items():
        samples = _SAMPLES[type(convertor)]
        paths = [
            path.replace(f"{{{name}}}", value) for path, value in zip(paths, samples, strict=True)
        ]
    return tuple(paths)


def _observation(earlier: _Target, later: _Target, taken: frozenset[str]) -> Observation:
    hidden, winner = described(later.context), described(earlier.context)
    by = "" if taken == later.methods else f" by {'/'.join(sorted(taken))}"
    written = place_of(earlier.context.endpoint) if earlier.context.endpoint else None
    at = f" ({written})" if written is not None else ""
    if earlier.context.path_format == later.context.path_format:
        advice = "Remove one of the two, or give one of them another path."
    else:
        advice = f"Declare {hidden} before {winner}, or give it a path of its own."
    return Observation(
        place_of(later.context.endpoint) if later.context.endpoint is not None else None,
        f"{hidden} is never reached{by}: {winner}{at} is declared before it and matches "
        "the same paths.",
        advice,
    )
