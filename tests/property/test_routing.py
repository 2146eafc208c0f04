"""A tree of routers, however it is nested and changed, is the flat list of its routes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import anyio
from hypothesis import given, settings, strategies as st
from starlette.requests import Request
from starlette.routing import compile_path
from starlette.types import Message

from talarian.engine.app.application import Talarian
from talarian.engine.app.router import Router
from talarian.engine.app.tree import iter_route_contexts

METHODS = ("GET", "POST")
PREFIXES = ("/a", "/b", "/{p}", "/a/b")  # the parameter gets a name of its own at each depth
PATHS = ("", "/", "/a", "/b", "/{x}", "/{x:int}", "/a/", "/{x}/b", "/{rest:path}")
REQUESTS = [
    "/" + "/".join(parts) + slash
    for parts in (("a",), ("b",), ("a", "b"), ("a", "1"), ("b", "a", "b"), ("c", "a", "b", "a"))
    for slash in ("", "/")
]


@dataclass
class Leaf:
    path: str
    method: str


@dataclass
class Branch:
    """A router: its own prefix, the prefix it is included with, and what it has."""

    prefix: str
    included_at: str
    children: list["Leaf | Branch"] = field(default_factory=list["Leaf | Branch"])


leaves = st.builds(Leaf, st.sampled_from(PATHS), st.sampled_from(METHODS))


def branches(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Branch]:
    prefixes = st.sampled_from(PREFIXES)
    at = st.sampled_from(("", *PREFIXES[:2]))
    return st.builds(Branch, prefixes, at, st.lists(children, max_size=4))


trees = branches(st.recursive(leaves, branches, max_leaves=8))


def prefix_of(branch: Branch, depth: int) -> str:
    return branch.prefix.replace("{p}", f"{{p{depth}}}")


def flat(branch: Branch, before: str, depth: int = 0) -> Iterator[Leaf]:
    """All routes of a tree with their whole paths, in the order in which they are tried."""
    path = before + prefix_of(branch, depth)
    for child in branch.children:
        if isinstance(child, Leaf):
            yield Leaf(path + child.path, child.method)
        else:
            yield from flat(child, path + child.included_at, depth + 1)


def fill(
    router: Router, branch: Branch, numbers: Iterator[int], late: bool, depth: int = 0
) -> None:
    """Give a router what a branch says; `late`: the routers below are filled once included."""
    for child in branch.children:
        if isinstance(child, Leaf):
            router.add_api_route(child.path, endpoint(next(numbers)), methods=[child.method])
            continue
        inner = Router(prefix=prefix_of(child, depth + 1))
        if late:
            router.include_router(inner, prefix=child.included_at)
        fill(inner, child, numbers, late, depth + 1)
        if not late:
            router.include_router(inner, prefix=child.included_at)


def endpoint(number: int) -> Any:
    async def answer(request: Request) -> list[Any]:
        return [number, request.path_params]

    return answer


def expected(routes: list[Leaf], method: str, path: str) -> int | str:
    """What a naive matcher says: the number of the route, or why there is none."""
    matching = [
        number for number, leaf in enumerate(routes) if compile_path(leaf.path)[0].match(path)
    ]
    for number in matching:
        if routes[number].method == method:
            return number
    return "405" if matching else "404"


def answered(app: Any, method: str, path: str) -> int | str:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": []}

    async def serve() -> None:
        await app(scope, receive, send)

    anyio.run(serve)
    if sent[0]["status"] != 200:
        return str(sent[0]["status"])
    return int(sent[1]["body"].decode()[1:].partition(",")[0])


def application(tree: Branch, *, late: bool) -> tuple[Talarian, Router]:
    app = Talarian(redirect_slashes=False, openapi_url=None)
    router = Router(prefix=prefix_of(tree, 0))
    app.include_router(router, prefix="/root")
    fill(router, tree, count(), late)
    return app, router


@settings(max_examples=40, deadline=None)
@given(trees, st.booleans())
def test_the_same_route_answers(tree: Branch, late: bool) -> None:
    app, _ = application(tree, late=late)
    routes = list(flat(tree, "/root"))
    served = [context.path for context in iter_route_contexts(app.routes)]
    assert served == [leaf.path for leaf in routes]
    for path in REQUESTS:
        for method in METHODS:
            target = f"/root{path}"
            assert answered(app, method, target) == expected(routes, method, target)


@settings(max_examples=40, deadline=None)
@given(trees, trees, st.sampled_from(REQUESTS))
def test_routes_may_come_while_requests_are_answered(tree: Branch, more: Branch, path: str) -> None:
    app, router = application(tree, late=True)
    target = f"/root{path}"
    answered(app, "GET", target)
    fill(router, more, count(len(list(flat(tree, "")))), late=True)
    routes = list(flat(Branch(tree.prefix, "", [*tree.children, *more.children]), "/root"))
    assert answered(app, "GET", target) == expected(routes, "GET", target)
