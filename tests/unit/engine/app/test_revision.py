"""Nothing that changes a list of routes goes unnoticed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from starlette.routing import BaseRoute

from talarian.engine.app import revision
from talarian.engine.app.revision import RouteList
from talarian.engine.app.router import Router

CHANGES: list[Callable[[RouteList, BaseRoute], Any]] = [
    lambda routes, route: routes.append(route),
    lambda routes, route: routes.extend([route]),
    lambda routes, route: routes.insert(0, route),
    lambda routes, route: routes.remove(routes[0]),
    lambda routes, route: routes.pop(),
    lambda routes, route: routes.clear(),
    lambda routes, route: routes.reverse(),
    lambda routes, route: routes.sort(key=id),
    lambda routes, route: routes.__setitem__(0, route),
    lambda routes, route: routes.__setitem__(slice(0, 1), [route]),
    lambda routes, route: routes.__delitem__(0),
    lambda routes, route: routes.__iadd__([route]),
    lambda routes, route: routes.__imul__(2),
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_way_to_change_a_list_counts(change: Callable[[RouteList, BaseRoute], Any]) -> None:
    routes, before = RouteList([BaseRoute(), BaseRoute()]), revision.current()
    plain: Any = list(routes)
    route = BaseRoute()
    change(routes, route)
    assert revision.current() > before
    change(plain, route)
    assert routes == plain


def test_the_number_moves_when_the_change_is_there() -> None:
    """Who has seen the new number must not have seen the old list."""
    routes, before = RouteList([BaseRoute(), BaseRoute()]), revision.current()
    seen: list[int] = []

    def key(route: BaseRoute) -> int:
        seen.append(revision.current())
        return -len(seen)

    routes.sort(key=key)
    assert seen == [before, before]
    assert revision.current() > before


def test_a_change_that_fails_halfway_counts() -> None:
    def half() -> Any:
        yield BaseRoute()
        raise ValueError

    routes, before = RouteList(), revision.current()
    with pytest.raises(ValueError):
        routes.extend(half())
    assert revision.current() > before


def test_threads_lose_no_change() -> None:
    before = revision.current()
    numbers: list[int] = []

    def change() -> None:
        for _ in range(200):
            revision.changed()
            numbers.append(revision.current())

    threads = [threading.Thread(target=change) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert revision.current() >= before + 200


def test_the_list_of_a_router_may_be_replaced() -> None:
    router, before = Router(), revision.current()
    router.routes = [BaseRoute()]
    assert isinstance(router.routes, RouteList)
    assert revision.current() > before


def test_what_a_route_was_declared_with_counts() -> None:
    router = Router()
    router.get("/")(lambda: None)
    before = revision.current()
    router.routes[0].tags = ["changed"]  # type: ignore[attr-defined]
    assert revision.current() > before
