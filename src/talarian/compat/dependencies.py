"""FastAPI's functions around `Dependant`: making one, walking one, running one."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import PydanticUndefined
from starlette.background import BackgroundTasks as StarletteBackgroundTasks
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from ..engine.analyse.bodies import body_fields, must_embed, whole_body
from ..engine.analyse.calls import analyse_call, analyse_dependency
from ..engine.analyse.parameters import decide
from ..engine.analyse.plan import CacheKey, Injection
from ..engine.compile.body import read_body
from ..engine.compile.interpret import Exchange, solve
from ..engine.compile.params import read_params
from ..engine.declare import params
from ..engine.declare.depends import Depends, Scope
from ..engine.fields.field import ErrorList
from ..engine.ground.annotations import (
    resolve_annotation,
    return_annotation,
    strip_annotated,
    typed_signature,
)
from ..engine.ground.callables import AnyCallable
from ..engine.ground.concurrency import CleanupScope, DependencyConcurrency
from ..engine.ground.sentinels import UNSET
from ..engine.serve.stacks import CLEANUP_SCOPE, FUNCTION_STACK, REQUEST_STACK
from .dependants import (
    INJECTED,
    PLACES,
    Dependant,
    UsesScopesCache,
    freeze,
    get_cache_key,
    get_oauth_scopes,
    thaw,
)
from .fields import ModelField, engine_fields, model_fields


def get_dependant(
    *,
    path: str,
    call: AnyCallable,
    name: str | None = None,
    own_oauth_scopes: list[str] | None = None,
    parent_oauth_scopes: list[str] | None = None,
    use_cache: bool = True,
    scope: Scope | None = None,
    concurrency: DependencyConcurrency | None = None,
) -> Dependant:
    """Analyse a callable and everything it depends on, for a path template."""
    plan = analyse_call(
        call,
        path,
        name=name,
        own_scopes=own_oauth_scopes,
        parent_scopes=parent_oauth_scopes,
        depends=Depends(call, use_cache, scope),
    )
    return thaw(replace(plan, concurrency=concurrency))


def get_parameterless_sub_dependant(*, depends: Depends, path: str) -> Dependant:
    """Analyse a dependency whose result nobody receives."""
    dependant = thaw(analyse_dependency(depends, path))
    dependant.parent_oauth_scopes = None
    return dependant


def get_flat_dependant(
    dependant: Dependant,
    *,
    skip_repeats: bool = False,
    visited: list[CacheKey] | None = None,
    parent_oauth_scopes: list[str] | None = None,
) -> Dependant:
    """Bring the parameters of a dependant and of everything below it into one."""
    seen = [] if visited is None else visited
    seen.append(get_cache_key(dependant=dependant))
    above = parent_oauth_scopes or dependant.parent_oauth_scopes
    flat = replace(dependant, dependencies=[], parent_oauth_scopes=above)
    for place in PLACES:
        setattr(flat, place, list(getattr(dependant, place)))
    scopes = get_oauth_scopes(dependant=flat)
    for below in dependant.dependencies:
        if skip_repeats and get_cache_key(dependant=below) in seen:
            continue
        sub = get_flat_dependant(
            below, skip_repeats=skip_repeats, visited=seen, parent_oauth_scopes=scopes
        )
        flat.dependencies += [sub, *sub.dependencies]
        for place in PLACES:
            getattr(flat, place).extend(getattr(sub, place))
    return flat


_PARAM_PLACES = tuple(place for place in PLACES if place != "body_params")


def get_flat_params(dependant: Dependant) -> list[ModelField]:
    """All parameters but those of the body, by place, each dependency once."""
    nodes = list(_walk_once(dependant, set()))
    return [field for place in _PARAM_PLACES for node in nodes for field in getattr(node, place)]


def get_flat_body_params(dependant: Dependant) -> list[ModelField]:
    """All body fields, each dependency once."""
    return model_fields(body_fields(freeze(dependant)))


def get_body_field(
    *, body_params: Sequence[ModelField], name: str, embed_body_fields: bool
) -> ModelField | None:
    """The one field that stands for the body: the only one, or one of which all are keys."""
    if not body_params:
        return None
    if not embed_body_fields:
        return body_params[0]
    return ModelField.of(whole_body(engine_fields(body_params), name))


def should_embed_body_fields(fields: Sequence[ModelField]) -> bool:
    """Whether each field is a key of the body."""
    return bool(fields) and must_embed(engine_fields(fields))


def _walk_once(dependant: Dependant, seen: set[CacheKey]) -> Iterator[Dependant]:
    seen.add(get_cache_key(dependant=dependant))
    yield dependant
    for below in dependant.dependencies:
        if get_cache_key(dependant=below) not in seen:
            yield from _walk_once(below, seen)


@dataclass
class SolvedDependency:
    """What solving a dependant came to."""

    values: dict[str, Any]
    errors: list[Any]
    background_tasks: StarletteBackgroundTasks | None
    response: Response
    dependency_cache: dict[CacheKey, Any]


async def solve_dependencies(
    *,
    request: Request | WebSocket,
    dependant: Dependant,
    body: Any = PydanticUndefined,
    background_tasks: StarletteBackgroundTasks | None = None,
    response: Response | None = None,
    dependency_overrides_provider: Any | None = None,
    dependency_cache: dict[CacheKey, Any] | None = None,
    async_exit_stack: AsyncExitStack,
    embed_body_fields: bool,
    _uses_scopes_cache: UsesScopesCache | None = None,
) -> SolvedDependency:
    """Return the arguments for a dependant's call, and every validation error on the way.

    Dependencies with `yield` stay open on the exit stacks of the request's scope; where there are
    none, because somebody solves dependencies outside of a route, on `async_exit_stack`.
    """
    cleanup = request.scope.get(CLEANUP_SCOPE)
    if cleanup is None:
        cleanup = async_exit_stack.enter_context(CleanupScope())
    exchange = Exchange(
        connection=request,
        request_stack=request.scope.get(REQUEST_STACK, async_exit_stack),
        function_stack=request.scope.get(FUNCTION_STACK, async_exit_stack),
        cleanup=cleanup,
        body=UNSET if body is PydanticUndefined else body,
        embed=embed_body_fields,
        overrides=getattr(dependency_overrides_provider, "dependency_overrides", None),
        background=background_tasks,
        response=response,
        cache={} if dependency_cache is None else dependency_cache,
    )
    values, errors = await solve(freeze(dependant), exchange)
    return SolvedDependency(
        values, errors, exchange.background, exchange.collector(), exchange.cache
    )


def request_params_to_args(
    fields: Sequence[ModelField], received_params: Mapping[str, Any]
) -> tuple[dict[str, Any], ErrorList]:
    """Return the values of fields of one place, and the errors of those that are not right."""
    if not fields:
        return {}, []
    info = fields[0].field_info
    assert isinstance(info, params.Param), "Params must be subclasses of Param"
    return read_params(engine_fields(fields), received_params, info.in_.value)


async def request_body_to_args(
    body_fields: Sequence[ModelField], received_body: Any, embed_body_fields: bool
) -> tuple[dict[str, Any], ErrorList]:
    """Return the values of body fields, and the errors of those that are not right."""
    assert body_fields, "request_body_to_args() should be called with fields"
    body = UNSET if received_body is PydanticUndefined else received_body
    return await read_body(engine_fields(body_fields), body, embed_body_fields)


@dataclass
class ParamDetails:
    """What one parameter of a callable is: a dependency, a field, or neither."""

    type_annotation: Any
    depends: Depends | None
    field: ModelField | None


def analyze_param(
    *, param_name: str, annotation: Any, value: Any, path_param_names: set[str]
) -> ParamDetails:
    """Decide what a parameter is; objects of the connection are neither of the two."""
    kind = inspect.Parameter.KEYWORD_ONLY
    parameter = inspect.Parameter(param_name, kind, default=value, annotation=annotation)
    decision = decide(parameter, path_param_names)
    plain, _ = strip_annotated(Any if annotation is inspect.Parameter.empty else annotation)
    if isinstance(decision, Depends):
        return ParamDetails(plain, decision, None)
    if isinstance(decision, Injection):
        return ParamDetails(plain, None, None)
    return ParamDetails(plain, None, ModelField.of(decision))


def add_non_field_param_to_dependency(
    *, param_name: str, type_annotation: Any, dependant: Dependant
) -> bool | None:
    """Note a parameter that an object of the connection fills; `None` for any other."""
    kind = inspect.Parameter.KEYWORD_ONLY
    try:
        decision = decide(inspect.Parameter(param_name, kind, annotation=type_annotation), ())
    except (AssertionError, RuntimeError):  # it says nothing about the connection either way
        return None
    if not isinstance(decision, Injection):
        return None
    setattr(dependant, INJECTED[decision], param_name)
    return True


def add_param_to_fields(*, field: ModelField, dependant: Dependant) -> None:
    """Put a path, query, header or cookie field where it belongs."""
    info = field.field_info
    place = f"{info.in_.value}_params" if isinstance(info, params.Param) else None
    assert place in _PARAM_PLACES, (
        f"non-body parameters must be in path, query, header or cookie: {field.name}"
    )
    getattr(dependant, place).append(field)


def get_typed_annotation(annotation: Any, globalns: dict[str, Any]) -> Any:
    """Evaluate a string annotation."""
    return resolve_annotation(annotation, globalns)


def get_typed_signature(call: Callable[..., Any]) -> inspect.Signature:
    """The parameters with string annotations evaluated; without the return annotation."""
    return typed_signature(call).replace(return_annotation=inspect.Signature.empty)


def get_typed_return_annotation(call: Callable[..., Any]) -> Any:
    """The evaluated return annotation, or `None` without one."""
    annotation = return_annotation(call)
    return None if annotation is inspect.Signature.empty else annotation


def get_validation_alias(field: ModelField) -> str:
    """The name by which a field comes on the wire."""
    return field.validation_alias or field.alias
