"""`Dependant`: a `CallPlan` that may be changed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..engine.analyse.plan import CacheKey, CallPlan, Injection
from ..engine.declare.depends import Scope
from ..engine.declare.security import SecurityBase
from ..engine.ground.callables import classify
from ..engine.ground.concurrency import DependencyConcurrency
from .callables import is_async_gen_callable, is_gen_callable, unwrapped_call
from .fields import ModelField, engine_fields, model_fields


@dataclass(frozen=True, slots=True)
class _Frozen:
    """The plan that a dependant stands for as long as its state is this one."""

    state: tuple[Any, ...]
    plan: CallPlan


class _Freezable:
    """Keeps its plan, which is none of its fields: it is not copied, compared or shown."""

    __slots__ = ("_frozen",)

    _frozen: _Frozen

    def _freeze(self, state: tuple[Any, ...], plan: CallPlan) -> CallPlan:
        self._frozen = _Frozen(state, plan)
        return plan


@dataclass(slots=True)
class Dependant(_Freezable):
    """One callable and where each of its arguments comes from; see `CallPlan`.

    Third parties read and change the `dependant` of a route. `freeze` makes a `CallPlan` of what
    it is by then.
    """

    path_params: list[ModelField] = field(default_factory=list)
    query_params: list[ModelField] = field(default_factory=list)
    header_params: list[ModelField] = field(default_factory=list)
    cookie_params: list[ModelField] = field(default_factory=list)
    body_params: list[ModelField] = field(default_factory=list)
    dependencies: list["Dependant"] = field(default_factory=list)
    name: str | None = None
    call: Callable[..., Any] | None = None
    request_param_name: str | None = None
    websocket_param_name: str | None = None
    http_connection_param_name: str | None = None
    response_param_name: str | None = None
    background_tasks_param_name: str | None = None
    security_scopes_param_name: str | None = None
    own_oauth_scopes: list[str] | None = None
    parent_oauth_scopes: list[str] | None = None
    use_cache: bool = True
    path: str | None = None
    scope: Scope | None = None
    concurrency: DependencyConcurrency | None = None


UsesScopesCache = dict[int, tuple[Dependant, bool]]

PLACES = ("path_params", "query_params", "header_params", "cookie_params", "body_params")

INJECTED = {
    Injection.REQUEST: "request_param_name",
    Injection.WEBSOCKET: "websocket_param_name",
    Injection.CONNECTION: "http_connection_param_name",
    Injection.RESPONSE: "response_param_name",
    Injection.BACKGROUND: "background_tasks_param_name",
    Injection.SCOPES: "security_scopes_param_name",
}


def thaw(plan: CallPlan) -> Dependant:
    """Return a plan that may be changed; `plan` itself stays as it is."""
    dependant = Dependant(
        dependencies=[thaw(dependency) for dependency in plan.dependencies],
        name=plan.name,
        call=plan.call,
        own_oauth_scopes=_list(plan.own_scopes),
        parent_oauth_scopes=_list(plan.parent_scopes),
        use_cache=plan.use_cache,
        path=plan.path,
        scope=plan.declared_scope,
        concurrency=plan.concurrency,
    )
    for place in PLACES:
        setattr(dependant, place, model_fields(getattr(plan, place)))
    for name, injection in plan.injections:
        setattr(dependant, INJECTED[injection], name)
    dependant._freeze(_state(dependant, plan.dependencies), plan)
    return dependant


def freeze(dependant: Dependant) -> CallPlan:
    """Return the plan of what a dependant is now: the same plan while nothing has changed."""
    dependencies = tuple(freeze(dependency) for dependency in dependant.dependencies)
    state = _state(dependant, dependencies)
    frozen: _Frozen | None = getattr(dependant, "_frozen", None)
    if frozen is not None and frozen.state == state:
        return frozen.plan
    return dependant._freeze(state, _plan(dependant, dependencies))


def _state(dependant: Dependant, dependencies: tuple[CallPlan, ...]) -> tuple[Any, ...]:
    """What a plan is made of. The plan keeps all of it alive, so that identities tell enough."""
    return (
        id(dependant.call),
        dependant.name,
        dependant.path,
        dependant.use_cache,
        dependant.scope,
        id(dependant.concurrency),
        tuple(dependant.own_oauth_scopes or ()),
        tuple(dependant.parent_oauth_scopes or ()),
        tuple(getattr(dependant, name) for name in INJECTED.values()),
        tuple(tuple(map(hash, getattr(dependant, place))) for place in PLACES),
        tuple(map(id, dependencies)),
    )


def _plan(dependant: Dependant, dependencies: tuple[CallPlan, ...]) -> CallPlan:
    call = dependant.call or _nothing
    places = {place: engine_fields(getattr(dependant, place)) for place in PLACES}
    return CallPlan(
        call=call,
        kind=classify(call),
        path=dependant.path or "",
        name=dependant.name,
        injections=tuple(_injections(dependant)),
        dependencies=dependencies,
        use_cache=dependant.use_cache,
        cache_key=get_cache_key(dependant=dependant),
        scope=get_computed_scope(dependant=dependant),
        declared_scope=dependant.scope,
        own_scopes=_tuple(dependant.own_oauth_scopes),
        parent_scopes=_tuple(dependant.parent_oauth_scopes),
        security_scopes=tuple(get_oauth_scopes(dependant=dependant)),
        concurrency=dependant.concurrency,
        **places,
    )


def _nothing(**values: Any) -> None:
    """What a dependant calls that only holds dependencies together."""


def _injections(dependant: Dependant) -> Iterator[tuple[str, Injection]]:
    for injection, attribute in INJECTED.items():
        name = getattr(dependant, attribute)
        if name is not None:
            yield name, injection


def _list(scopes: tuple[str, ...] | None) -> list[str] | None:
    return None if scopes is None else list(scopes)


def _tuple(scopes: list[str] | None) -> tuple[str, ...] | None:
    return None if scopes is None else tuple(scopes)


def get_oauth_scopes(*, dependant: Dependant) -> list[str]:
    """The OAuth2 scopes asked for by everything above, then by the dependant itself."""
    own, above = dependant.own_oauth_scopes or (), dependant.parent_oauth_scopes or ()
    return list(dict.fromkeys((*above, *own)))


def get_computed_scope(*, dependant: Dependant) -> Scope | None:
    """The scope it was given, or that of anything that yields: the request."""
    yields = is_gen_callable(dependant.call) or is_async_gen_callable(dependant.call)
    return dependant.scope or ("request" if yields else None)


def is_security_scheme(*, dependant: Dependant) -> bool:
    """Whether the callable is a security scheme."""
    return isinstance(unwrapped_call(dependant.call), SecurityBase)


def get_security_scheme(*, dependant: Dependant) -> SecurityBase:
    """The callable as a security scheme.

    Raises:
        AssertionError: When it is none.
    """
    scheme = unwrapped_call(dependant.call)
    assert isinstance(scheme, SecurityBase)
    return scheme


def uses_scopes(*, dependant: Dependant, cache: UsesScopesCache | None = None) -> bool:
    """Whether the result may depend on the OAuth2 scopes that are asked for."""
    if cache is not None and id(dependant) in cache:
        return cache[id(dependant)][1]
    answer = (
        dependant.security_scopes_param_name is not None
        or is_security_scheme(dependant=dependant)
        or any(uses_scopes(dependant=below, cache=cache) for below in dependant.dependencies)
    )
    if cache is not None:
        # The dependant is kept with the answer, so that its id is not given to another one.
        cache[id(dependant)] = (dependant, answer)
    return answer


def get_cache_key(
    *, dependant: Dependant, uses_scopes_cache: UsesScopesCache | None = None
) -> CacheKey:
    """The key under which a request keeps the result."""
    scoped = uses_scopes(dependant=dependant, cache=uses_scopes_cache)
    scopes = tuple(sorted(get_oauth_scopes(dependant=dependant))) if scoped else ()
    return (dependant.call, scopes, get_computed_scope(dependant=dependant) or "")
