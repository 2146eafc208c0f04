"""FastAPI's `fastapi.dependencies.models`."""

from ...compat.callables import (
    CallIdentity as _CallIdentity,
    is_async_gen_callable as _is_async_gen_callable,
    is_async_gen_callable_cached as _is_async_gen_callable_cached,
    is_coroutine_callable as _is_coroutine_callable,
    is_coroutine_callable_cached as _is_coroutine_callable_cached,
    is_gen_callable as _is_gen_callable,
    is_gen_callable_cached as _is_gen_callable_cached,
    unwrapped_call as _unwrapped_call,
)
from ...compat.dependants import (
    Dependant,
    UsesScopesCache as _UsesScopesCache,
    get_cache_key as _get_cache_key,
    get_computed_scope as _get_computed_scope,
    get_oauth_scopes as _get_oauth_scopes,
    get_security_scheme as _get_security_scheme,
    is_security_scheme as _is_security_scheme,
    uses_scopes as _uses_scopes,
)
from ...engine.analyse.plan import (
    CacheKey as DependencyCacheKey,
)
from ...engine.ground.callables import (
    without_partial as _impartial,
)
from .._passing import offer_passing_names

__all__ = [
    "Dependant",
    "DependencyCacheKey",
    "_CallIdentity",
    "_UsesScopesCache",
    "_get_cache_key",
    "_get_computed_scope",
    "_get_oauth_scopes",
    "_get_security_scheme",
    "_impartial",
    "_is_async_gen_callable",
    "_is_async_gen_callable_cached",
    "_is_coroutine_callable",
    "_is_coroutine_callable_cached",
    "_is_gen_callable",
    "_is_gen_callable_cached",
    "_is_security_scheme",
    "_unwrapped_call",
    "_uses_scopes",
]

offer_passing_names(__name__)
