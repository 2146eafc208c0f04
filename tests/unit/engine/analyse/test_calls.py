"""Trees of calls: what is cached together, which scopes they have, what an override changes."""

from collections.abc import Callable, Generator
from typing import Annotated, Any

import pytest
from pydantic import BaseModel
from starlette.requests import Request

from talarian.engine.analyse.calls import (
    analyse_call,
    analyse_dependency,
    override_call,
    with_dependencies,
)
from talarian.engine.analyse.plan import CallPlan, Injection
from talarian.engine.declare.depends import Depends, Security
from talarian.engine.declare.params import Cookie, Header
from talarian.engine.declare.security import OAuth2PasswordBearer, SecurityScopes
from talarian.engine.ground.callables import CallKind
from talarian.engine.ground.errors import DependencyScopeError


class Item(BaseModel):
    name: str


def plain() -> int:
    return 1


def yielding() -> Generator[int, None, None]:
    yield 1


def asking(scopes: SecurityScopes) -> None: ...


def through(value: Annotated[None, Depends(asking)]) -> None: ...


scheme = OAuth2PasswordBearer(tokenUrl="token")


def dependency(depends: Depends, *parent_scopes: str) -> CallPlan:
    return analyse_dependency(depends, "/", parent_scopes, name="value")


def test_each_argument_has_its_place() -> None:
    async def endpoint(
        request: Request,
        item_id: int,
        item: Item,
        agent: Annotated[str, Header()],
        session: Annotated[str, Cookie()],
        one: Annotated[int, Depends(plain)],
        q: str = "",
    ) -> None: ...

    plan = analyse_call(endpoint, "/{item_id:int}")
    places = ("path", "query", "header", "cookie", "body")
    assert {
        place: [field.name for field in getattr(plan, f"{place}_params")] for place in places
    } == {
        "path": ["item_id"],
        "query": ["q"],
        "header": ["agent"],
        "cookie": ["session"],
        "body": ["item"],
    }
    assert plan.injections == (("request", Injection.REQUEST),)
    assert [(call.name, call.call) for call in plan.dependencies] == [("one", plain)]
    assert (plan.kind, plan.path, plan.scope) == (CallKind.ASYNC, "/{item_id:int}", None)


def test_the_path_counts_below_the_endpoint_too() -> None:
    def needs_id(item_id: int) -> int:
        return item_id

    def endpoint(value: Annotated[int, Depends(needs_id)]) -> None: ...

    (below,) = analyse_call(endpoint, "/{item_id}").dependencies
    assert [field.name for field in below.path_params] == ["item_id"]


def test_what_is_not_callable_is_refused() -> None:
    with pytest.raises(TypeError, match="'text' is not a callable object"):
        analyse_call("text", "/")  # type: ignore[arg-type]


def test_a_dependency_whose_result_nobody_gets_must_be_callable() -> None:
    with pytest.raises(AssertionError, match="must have a callable dependency"):
        analyse_dependency(Depends(), "/")


class TestScopes:
    @pytest.mark.parametrize(
        ("declared", "scope"),
        [
            (Depends(plain), None),
            (Depends(plain, scope="function"), "function"),
            (Depends(yielding), "request"),
            (Depends(yielding, scope="function"), "function"),
        ],
    )
    def test_what_yields_lives_until_the_response_was_sent(
        self, declared: Depends, scope: str | None
    ) -> None:
        plan = dependency(declared)
        assert (plan.scope, plan.declared_scope) == (scope, declared.scope)

    def test_what_lives_longer_cannot_need_what_ends_earlier(self) -> None:
        def long(value: Annotated[int, Depends(yielding, scope="function")]) -> Any:
            yield value

        with pytest.raises(DependencyScopeError, match=r'"long" has a scope of "request"'):
            dependency(Depends(long))
        assert dependency(Depends(long, scope="function")).scope == "function"

    def test_the_endpoint_may_need_both(self) -> None:
        def endpoint(
            short: Annotated[int, Depends(yielding, scope="function")],
            long: Annotated[int, Depends(yielding)],
        ) -> None: ...

        plan = analyse_call(endpoint, "/")
        assert [call.scope for call in plan.dependencies] == ["function", "request"]


class TestSecurityScopes:
    def test_they_add_up_from_the_outside_without_repetition(self) -> None:
        def inner(value: Annotated[None, Security(asking, scopes=["c", "a"])]) -> None: ...

        plan = dependency(Security(inner, scopes=["a", "b"]), "app")
        assert plan.security_scopes == ("app", "a", "b")
        assert plan.own_scopes == ("a", "b")
        assert plan.dependencies[0].security_scopes == ("app", "a", "b", "c")
        assert plan.dependencies[0].parent_scopes == ("app", "a", "b")


class TestCacheKeys:
    @pytest.mark.parametrize(
        ("one", "two", "same"),
        [
            (Depends(plain), Depends(plain), True),
            (Depends(plain), Depends(plain, use_cache=False), True),
            (Depends(plain), Depends(yielding), False),
            (Depends(yielding), Depends(yielding, scope="function"), False),
            (Depends(yielding), Depends(yielding, scope="request"), True),
            (Security(asking, scopes=["a"]), Security(asking, scopes=["b"]), False),
            (Security(asking, scopes=["a", "b"]), Security(asking, scopes=["b", "a"]), True),
            (Security(plain, scopes=["a"]), Depends(plain), False),
        ],
    )
    def test_who_shares_a_result(self, one: Depends, two: Depends, same: bool) -> None:
        assert (dependency(one).cache_key == dependency(two).cache_key) is same

    @pytest.mark.parametrize(
        ("call", "same"), [(plain, True), (asking, False), (through, False), (scheme, False)]
    )
    def test_scopes_of_parents_count_where_somebody_may_ask_for_them(
        self, call: Callable[..., Any], same: bool
    ) -> None:
        one, two = dependency(Depends(call), "a"), dependency(Depends(call), "b")
        assert (one.cache_key == two.cache_key) is same


class TestOverrides:
    def test_the_stand_in_keeps_the_place_of_the_original(self) -> None:
        def stand_in(q: int, scopes: SecurityScopes) -> Any:
            yield q

        original = dependency(Security(plain, scopes=["a"], use_cache=False), "app")
        plan = override_call(original, stand_in)
        assert (plan.call, plan.kind, plan.scope) == (stand_in, CallKind.SYNC_GENERATOR, "request")
        assert [field.name for field in plan.query_params] == ["q"]
        kept = ("name", "cache_key", "use_cache", "own_scopes", "parent_scopes", "security_scopes")
        for attribute in kept:
            assert getattr(plan, attribute) == getattr(original, attribute)

    def test_the_stand_in_has_the_declared_scope_and_limit(self) -> None:
        original = dependency(Depends(yielding, scope="function", max_concurrency=2))
        plan = override_call(original, yielding)
        assert plan.scope == "function"
        assert plan.concurrency is original.concurrency

    def test_it_is_analysed_once(self) -> None:
        original = dependency(Depends(plain))
        assert override_call(original, yielding) is override_call(original, yielding)


def test_dependencies_of_routers_come_first() -> None:
    def endpoint(value: Annotated[int, Depends(plain)]) -> None: ...

    root = analyse_call(endpoint, "/{q}")
    assert with_dependencies(root, []) is root
    more = with_dependencies(root, [Depends(yielding), Depends(asking)])
    assert [call.call for call in more.dependencies] == [yielding, asking, plain]
    assert [call.name for call in more.dependencies] == [None, None, "value"]


def test_walking_meets_what_is_cached_once() -> None:
    def middle(value: Annotated[int, Depends(plain)]) -> None: ...

    def endpoint(
        one: Annotated[None, Depends(middle)],
        two: Annotated[int, Depends(plain)],
        three: Annotated[None, Depends(middle)],
    ) -> None: ...

    plan = analyse_call(endpoint, "/")
    assert [call.call for call in plan.walk()] == [endpoint, middle, plain, plain, middle, plain]
    assert [call.call for call in plan.walk_once()] == [endpoint, middle, plain]
