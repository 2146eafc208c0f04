"""What kind of callable is this? Asked once, at declaration; the answer is stored in the Plan."""

import dis
import functools
import inspect
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

AnyCallable = Callable[..., Any]


class CallKind(Enum):
    """How a callable has to be called, and what comes back."""

    SYNC = "sync"
    ASYNC = "async"
    SYNC_GENERATOR = "generator"
    ASYNC_GENERATOR = "async generator"

    @property
    def is_generator(self) -> bool:
        """Whether the callable yields: a context manager when it is a dependency."""
        return self in (CallKind.SYNC_GENERATOR, CallKind.ASYNC_GENERATOR)


def classify(call: AnyCallable) -> CallKind:
    """Return the kind of `call`, seen through `partial`, `functools.wraps` and `__call__`.

    A plain wrapper around a coroutine function hands that function's coroutine back, so what is
    wrapped decides as much as the wrapper does. Generators are asked for first: a wrapper that is
    `async` around an async generator still returns something to iterate.
    """
    faces = tuple(_faces(call))
    if any(map(inspect.isasyncgenfunction, faces)):
        return CallKind.ASYNC_GENERATOR
    if any(map(inspect.isgeneratorfunction, faces)):
        return CallKind.SYNC_GENERATOR
    if any(map(inspect.iscoroutinefunction, faces)):
        return CallKind.ASYNC
    return CallKind.SYNC


_WAITING = frozenset(
    {"GET_AWAITABLE", "GET_AITER", "GET_ANEXT", "BEFORE_ASYNC_WITH", "YIELD_VALUE"}
)


def never_waits(call: AnyCallable) -> bool:
    """Whether a coroutine function has no `await` in it, nor anything else that may wait.

    It may say no where the answer is yes.
    """
    function = call if inspect.isroutine(call) else getattr(call, "__call__", None)  # noqa: B004
    code = getattr(function, "__code__", None)
    if code is None or unwrap(call) is not call:
        return False
    return not any(step.opname in _WAITING for step in dis.get_instructions(code))


def without_partial(call: Any) -> Any:
    """Return the function that one or several `functools.partial` layers wrap."""
    while isinstance(call, functools.partial):
        call = call.func
    return call


def unwrap(call: Any) -> Any:
    """Return the innermost function behind `functools.wraps` and `functools.partial` layers."""
    return without_partial(inspect.unwrap(without_partial(call)))


def _faces(call: AnyCallable) -> Iterator[Any]:
    outer, inner = without_partial(call), unwrap(call)
    yield outer
    yield inner
    for face in (outer, inner):
        if inspect.isclass(face) or inspect.isroutine(face):
            continue  # calling a class makes an instance, whatever its __call__ is
        dunder = getattr(face, "__call__", None)  # noqa: B004 - the method itself is wanted
        if dunder is not None:
            yield without_partial(dunder)
            yield unwrap(dunder)
