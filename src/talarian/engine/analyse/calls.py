"""A callable and its dependencies, analysed into a tree of `CallPlan`s."""

import dataclasses
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from ..declare import params
from ..declare.depends import Depends, Scope, Security
from ..declare.security import SecurityBase
from ..fields.field import Field
from ..ground.callables import AnyCallable
from ..ground.errors import DependencyScopeError
from ..ground.templates import parameter_names
from .parameters import decide
from .plan import CallPlan, Injection
from .reading import innermost, read


def analyse_call(
    call: AnyCallable,
    path: str,
    *,
    name: str | None = None,
    own_scopes: Sequence[str] | None = None,
    parent_scopes: Sequence[str] | None = None,
    depends: Depends | None = None,
) -> CallPlan:
    """Analyse `call` and everything it depends on, for an endpoint at `path`.

    Args:
        call: The endpoint or dependency.
        path: The path template; its names are path parameters wherever they are asked for.
        name: The caller's parameter that receives the result.
        own_scopes: OAuth2 scopes that this dependency was declared with.
        parent_scopes: OAuth2 scopes that everything above it was declared with.
        depends: The declaration that asked for it, for its cache, scope and concurrency.

    Raises:
        AssertionError, TalarianError: When a declaration contradicts itself or cannot be kept.
    """
    if not callable(call):
        raise TypeError(f"{call!r} is not a callable object")
    declared = depends or Depends()
    kind, parameters = read(call)
    scope: Scope | None = declared.scope or ("request" if kind.is_generator else None)
    scopes = _joined(parent_scopes, own_scopes)
    path_names = parameter_names(path)

    places: dict[str, list[Field]] = {place: [] for place in _PLACES.values()}
    injections: list[tuple[str, Injection]] = []
    dependencies: list[CallPlan] = []
    for parameter in parameters:
        decision = decide(parameter, path_names)
        if isinstance(decision, Depends):
            if kind.is_generator and scope == "request" and decision.scope == "function":
                raise DependencyScopeError(_scope_conflict(call))
            dependencies.append(analyse_dependency(decision, path, scopes, name=parameter.name))
        elif isinstance(decision, Injection):
            injections.append((parameter.name, decision))
        else:
            places[_place_of(decision)].append(decision)
    key_scopes = scopes if _uses_scopes(call, own_scopes, injections, dependencies) else ()
    return CallPlan(
        call=call,
        kind=kind,
        path=path,
        name=name,
        injections=tuple(injections),
        dependencies=tuple(dependencies),
        use_cache=declared.use_cache,
        scope=scope,
        declared_scope=declared.scope,
        own_scopes=None if own_scopes is None else tuple(own_scopes),
        parent_scopes=None if parent_scopes is None else tuple(parent_scopes),
        security_scopes=scopes,
        concurrency=declared.concurrency,
        path_params=tuple(places["path_params"]),
        query_params=tuple(places["query_params"]),
        header_params=tuple(places["header_params"]),
        cookie_params=tuple(places["cookie_params"]),
        body_params=tuple(places["body_params"]),
        cache_key=(call, tuple(sorted(key_scopes)), scope or ""),
    )


def analyse_dependency(
    depends: Depends, path: str, parent_scopes: Sequence[str] = (), *, name: str | None = None
) -> CallPlan:
    """Analyse what `depends` asks for; without a `name` its result is thrown away."""
    assert name is not None or callable(depends.dependency), (
        "A parameter-less dependency must have a callable dependency"
    )
    assert depends.dependency is not None
    own = list(depends.scopes or ()) if isinstance(depends, Security) else []
    return analyse_call(
        depends.dependency,
        path,
        name=name,
        own_scopes=own,
        parent_scopes=list(parent_scopes),
        depends=depends,
    )


@lru_cache(maxsize=1024)
def override_call(original: CallPlan, call: AnyCallable) -> CallPlan:
    """Analyse `call` in the place of `original`: what `dependency_overrides` asks for."""
    stand_in = Depends(call, original.use_cache, original.declared_scope)
    plan = analyse_call(
        call,
        original.path,
        name=original.name,
        parent_scopes=original.security_scopes,
        depends=stand_in,
    )
    return dataclasses.replace(
        plan,
        concurrency=original.concurrency,
        cache_key=original.cache_key,
        own_scopes=original.own_scopes,
        parent_scopes=original.parent_scopes,
    )


def with_dependencies(root: CallPlan, extra: Iterable[Depends]) -> CallPlan:
    """Put the dependencies of the application, routers and route before the endpoint's own."""
    before = tuple(analyse_dependency(depends, root.path) for depends in extra)
    if not before:
        return root
    return dataclasses.replace(root, dependencies=(*before, *root.dependencies))


_PLACES: dict[type, str] = {
    params.Path: "path_params",
    params.Query: "query_params",
    params.Header: "header_params",
    params.Cookie: "cookie_params",
    params.Body: "body_params",
    params.Param: "query_params",  # the base class by itself
}


def _place_of(field: Field) -> str:
    for marker, place in _PLACES.items():
        if isinstance(field.info, marker):
            return place
    raise AssertionError(
        f"non-body parameters must be in path, query, header or cookie: {field.name}"
    )


def _joined(parent: Sequence[str] | None, own: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(parent or ()), *(own or ()))))


def _uses_scopes(
    call: AnyCallable,
    own_scopes: Sequence[str] | None,
    injections: Iterable[tuple[str, Injection]],
    dependencies: Iterable[CallPlan],
) -> bool:
    """Whether the result may differ with the scopes asked for, so that they are in the key."""
    return (
        bool(own_scopes)
        or isinstance(innermost(call), SecurityBase)
        or any(injection is Injection.SCOPES for _, injection in injections)
        or any(
            _uses_scopes(below.call, below.own_scopes, below.injections, below.dependencies)
            for below in dependencies
        )
    )


def _scope_conflict(call: Any) -> str:
    name = getattr(call, "__name__", None) or repr(call)
    return (
        f'The dependency "{name}" has a scope of "request", it cannot depend on dependencies '
        'with scope "function"'
    )
