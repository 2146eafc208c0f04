"""Requests from an OpenAPI document: for every operation, what should work and what should not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from talarian.prove import bodies
from talarian.prove.drafts import Draft, basic
from talarian.prove.messages import Request
from talarian.prove.values import TEXTS, Values

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
BODIES_FOR: Final = ("POST", "PUT", "PATCH")

Ranked = tuple[int, Request]
"""How early a budget should leave it out (0: last), and the request."""


@dataclass(frozen=True)
class Operation:
    """One operation of the document, with what it inherits from its path put in."""

    method: str
    path: str
    parameters: Sequence[Mapping[str, Any]]
    content: Mapping[str, Any]
    schemes: Sequence[Mapping[str, Any]]
    """The security schemes that it names."""


def operations(document: Mapping[str, Any], values: Values) -> list[Operation]:
    """Every operation that the document describes, in its order."""
    return [
        Operation(
            method=method.upper(),
            path=path,
            parameters=[
                values.resolve(parameter)
                for parameter in (*item.get("parameters", ()), *described.get("parameters", ()))
            ],
            content=values.resolve(described.get("requestBody", {})).get("content", {}),
            schemes=_schemes(document, described, values),
        )
        for path, item in document.get("paths", {}).items()
        for method, described in item.items()
        if method.upper() in METHODS
    ]


def _schemes(
    document: Mapping[str, Any], described: Mapping[str, Any], values: Values
) -> list[Mapping[str, Any]]:
    every = document.get("components", {}).get("securitySchemes", {})
    named = {
        name for one in described.get("security", document.get("security", ())) for name in one
    }
    return [values.resolve(scheme) for name, scheme in every.items() if name in named]


def generate(
    document: Mapping[str, Any], pages: Sequence[str], budget: int, seed: int = 0
) -> list[Request]:
    """About ``budget`` requests, spread over the operations; the same for the same arguments.

    ``pages`` are paths that the document doesn't describe: the document itself, the docs.
    """
    values = Values(document, seed)
    found = operations(document, values)
    shared = [request for _, request in _around(found, values, pages)]
    every = [list(_unlike(_cases(operation, values))) for operation in found]
    requests: list[Request] = []
    for operation, cases, share in zip(
        found, every, _shares([len(cases) for cases in every], budget - len(shared)), strict=True
    ):
        requests += _chosen(cases, share, random.Random(seed))
        requests += islice(_surprises(operation, values), max(0, share - len(cases)))
    return [*requests, *shared]


def _shares(needs: list[int], budget: int) -> list[int]:
    """Divide the budget: what one operation doesn't need goes to the others.

    Each has at least a dozen, and half as many again as it needs at most: beyond that there are
    only more random requests to draw.
    """
    shares = [0] * len(needs)
    left = budget
    for done, index in enumerate(sorted(range(len(needs)), key=lambda index: needs[index])):
        fair = max(12, left // (len(needs) - done))
        shares[index] = min(fair, needs[index] * 3 // 2)
        left -= shares[index]
    return shares


def _chosen(ranked: list[Ranked], share: int, draw: random.Random) -> list[Request]:
    """The first by rank, a fair sample of the rank that is cut, in the order they were made."""
    order = sorted(range(len(ranked)), key=lambda index: (ranked[index][0], draw.random()))
    return [ranked[index][1] for index in sorted(order[:share])]


def _unlike(ranked: Iterator[Ranked]) -> Iterator[Ranked]:
    """Leave out what has been asked already in other words."""
    known: set[tuple[Any, ...]] = set()
    for rank, request in ranked:
        key = (request.method, request.target, request.headers, request.body)
        if key not in known:
            known.add(key)
            yield rank, request


def _cases(operation: Operation, values: Values) -> Iterator[Ranked]:
    least = _draft(operation, values, full=False)
    whole = _draft(operation, values, full=True)
    for rank, note, draft in (
        (0, "only what is required", least),
        (0, "everything", whole),
        *_parameter_cases(operation, least, values),
        *_security_cases(operation, whole),
        (2, "compressed", replace(whole, more=(("accept-encoding", "gzip"),))),
        (2, "from another origin", replace(whole, more=(("origin", "https://example.com"),))),
    ):
        if (made := _made(draft, note)) is not None:
            yield rank, made
    if operation.content or operation.method in BODIES_FOR:
        for rank, note, body in bodies.cases(operation.content, values):
            if (made := _made(replace(whole, body=body), note)) is not None:
                yield rank, made


def _surprises(operation: Operation, values: Values) -> Iterator[Request]:
    """Requests drawn at random that should be accepted, without end."""
    while True:
        draft = replace(
            _draft(operation, values, full=False), body=bodies.surprise(operation.content, values)
        )
        for parameter in operation.parameters:
            if parameter.get("required") or values.random.random() < 0.6:
                drawn = values.surprise(parameter.get("schema", {}))
                draft = draft.having(parameter["in"], parameter["name"], drawn)
        if (made := _made(draft, "drawn at random")) is not None:
            yield made


def _made(draft: Draft, note: str, operation: str | None = None) -> Request | None:
    try:
        return draft.request(note, operation)
    except ValueError:
        return None


def _draft(operation: Operation, values: Values, *, full: bool) -> Draft:
    draft = Draft(operation.method, operation.path)
    for parameter in operation.parameters:
        if full or parameter.get("required"):
            value = _value(parameter, values, full=full)
            draft = draft.having(parameter["in"], parameter["name"], value)
    for scheme in operation.schemes:
        draft = draft.having(*_credentials(scheme))
    return replace(draft, body=bodies.good(operation.content, values, full=full))


def _value(parameter: Mapping[str, Any], values: Values, *, full: bool) -> Any:
    examples = [parameter["example"]] if "example" in parameter else []
    named = parameter.get("examples")
    if isinstance(named, Mapping):
        examples += [one["value"] for one in named.values() if "value" in one]
    if examples:
        return examples[0]
    return values.good(parameter.get("schema", {}), full=full)


def _credentials(scheme: Mapping[str, Any]) -> tuple[str, str, str]:
    """A well-formed credential: the place, the name, and a value that nobody issued."""
    if scheme.get("type") == "apiKey":
        return scheme.get("in", "header"), scheme.get("name", "key"), "foo"
    if str(scheme.get("scheme", "")).lower() == "basic":
        return "header", "authorization", basic("foo", "foo")
    return "header", "authorization", "Bearer foo"


def _security_cases(operation: Operation, whole: Draft) -> Iterator[tuple[int, str, Draft]]:
    for scheme in operation.schemes:
        place, name, _ = _credentials(scheme)
        yield 1, "no credentials", whole.lacking(place, name)
        yield 1, "empty credentials", whole.having(place, name, "")
        if name == "authorization":
            for value in ("Bearer", "Basic", "Negotiate x", "bearer foo", "Basic !!!"):
                yield 1, f"Authorization: {value}", whole.having(place, name, value)
            # Base64 of a text without a colon, and of bytes that are not UTF-8.
            yield 1, "Basic without a colon", whole.having(place, name, "Basic Zm9v")
            yield 1, "Basic, not UTF-8", whole.having(place, name, "Basic //86/w==")


def _parameter_cases(
    operation: Operation, least: Draft, values: Values
) -> Iterator[tuple[int, str, Draft]]:
    for parameter in operation.parameters:
        place, name = parameter["in"], parameter["name"]
        where = f"{place} {name}"
        schema = parameter.get("schema", {})
        if place != "path":
            yield 1, f"{where}: missing", least.lacking(place, name)
            good = _value(parameter, values, full=True)
            several = good if isinstance(good, list) else [good]
            yield 1, f"{where}: given", least.having(place, name, good)
            if place != "cookie":
                yield 1, f"{where}: twice", least.having(place, name, [*several, *several])
                yield 1, f"{where}: two values", least.having(place, name, ["1", "x"])
        for note, value in values.borders(schema):
            yield 1, f"{where}: {note}", least.having(place, name, value)
        for note, value in TEXTS:
            yield 2, f"{where}: {note}", least.having(place, name, value)
    yield 1, "a query parameter too many", least.having("query", "not_in_the_schema", "1")
    yield 1, "a header too many", least.having("header", "x-not-in-the-schema", "1")


def _around(found: Sequence[Operation], values: Values, pages: Sequence[str]) -> Iterator[Ranked]:
    """What lies beside the operations: other methods, other paths, the pages of documentation."""
    for page in pages:
        for method in ("GET", "HEAD"):
            yield 0, Request(f"{method} {page}", "documentation", method, page)
    for target in ("/", "/talarian/prove/nothing"):
        yield 0, Request(f"GET {target}", "perhaps an unknown path", "GET", target)
    by_path: dict[str, list[Operation]] = {}
    for operation in found:
        by_path.setdefault(operation.path, []).append(operation)
    for path, there in by_path.items():
        draft = _draft(there[0], values, full=False)
        methods = {operation.method for operation in there}
        for method in (*METHODS, "NONSENSE"):
            if method not in methods:
                other = replace(draft, method=method, body=None)
                yield from _one(other, "another method", f"{path} (another method)")
        yield from _one(_preflight(draft), "a CORS preflight", f"{path} (preflight)")
        slashed = path.rstrip("/") if path.endswith("/") and path != "/" else f"{path}/"
        label = f"{draft.method} {path}"
        yield from _one(replace(draft, path=slashed), "the other way with the last slash", label)
        yield from _one(replace(draft, path=path.upper()), "in capitals", label)


def _preflight(draft: Draft) -> Draft:
    return replace(
        draft,
        method="OPTIONS",
        body=None,
        more=(
            ("origin", "https://example.com"),
            ("access-control-request-method", draft.method),
            ("access-control-request-headers", "authorization, x-other"),
        ),
    )


def _one(draft: Draft, note: str, label: str) -> Iterator[Ranked]:
    if (made := _made(draft, note, label)) is not None:
        yield 0, made
