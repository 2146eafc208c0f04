"""Questions about callables, as FastAPI's inner modules ask them.

The answers are kept by identity: instances that are equal may still be called differently, and
some cannot be hashed at all.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ..engine.ground.callables import AnyCallable, CallKind, classify, unwrap

_CACHE_SIZE = 4096


class CallIdentity:
    """A callable as a key: equal to itself only."""

    __slots__ = ("call",)

    def __init__(self, call: AnyCallable) -> None:
        self.call = call

    def __hash__(self) -> int:
        return id(self.call)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CallIdentity) and other.call is self.call


def _asks(kind: CallKind) -> Any:
    @lru_cache(maxsize=_CACHE_SIZE)
    def is_of_kind(identity: CallIdentity) -> bool:
        return classify(identity.call) is kind

    return is_of_kind


is_gen_callable_cached: Any = _asks(CallKind.SYNC_GENERATOR)
is_async_gen_callable_cached: Any = _asks(CallKind.ASYNC_GENERATOR)
is_coroutine_callable_cached: Any = _asks(CallKind.ASYNC)


def is_gen_callable(call: Callable[..., Any] | None) -> bool:
    """Whether calling it makes a generator."""
    return call is not None and bool(is_gen_callable_cached(CallIdentity(call)))


def is_async_gen_callable(call: Callable[..., Any] | None) -> bool:
    """Whether calling it makes an async generator."""
    return call is not None and bool(is_async_gen_callable_cached(CallIdentity(call)))


def is_coroutine_callable(call: Callable[..., Any] | None) -> bool:
    """Whether calling it makes a coroutine."""
    return call is not None and bool(is_coroutine_callable_cached(CallIdentity(call)))


def unwrapped_call(call: Callable[..., Any] | None) -> Any:
    """The innermost function behind wrappers and partials; `None` stays `None`."""
    return None if call is None else unwrap(call)
