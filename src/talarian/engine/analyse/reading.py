"""What a callable asks for: its parameters, their annotations resolved, and its kind.

Most endpoints and dependencies are plain functions, whose code says everything without `inspect`.
"""

import inspect
import sys
from collections.abc import Collection
from types import FunctionType
from typing import Any, NamedTuple

from ..ground.annotations import typed_signature
from ..ground.callables import AnyCallable, CallKind, classify, unwrap


class Parameter(NamedTuple):
    """One parameter; `inspect.Parameter.empty` is an annotation or a default that is not there."""

    name: str
    annotation: Any = inspect.Parameter.empty
    default: Any = inspect.Parameter.empty


class Reading(NamedTuple):
    """A callable, read."""

    kind: CallKind
    parameters: Collection[Parameter]


def read(call: AnyCallable) -> Reading:
    """Read a callable.

    Raises:
        TypeError, ValueError: When Python knows no signature of it.
    """
    if isinstance(call, FunctionType) and _is_plain(call):
        return Reading(_kind(call), _parameters(call))
    signature = typed_signature(call)
    parameters = [
        Parameter(parameter.name, parameter.annotation, parameter.default)
        for parameter in signature.parameters.values()
    ]
    return Reading(classify(call), parameters)


def innermost(call: AnyCallable) -> Any:
    """`unwrap`, which most functions have nothing to do with."""
    return call if type(call) is FunctionType and not vars(call) else unwrap(call)


def _is_plain(function: FunctionType) -> bool:
    """Whether nobody wrapped the function or set anything on it, and nothing has to be resolved."""
    return (
        not vars(function)
        and not function.__code__.co_flags & _GATHERS
        and _ANNOTATIONS_ARE_VALUES
        and str not in map(type, function.__annotations__.values())
    )


_GATHERS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
# Later Pythons evaluate annotations when they are asked for, which may fail.
_ANNOTATIONS_ARE_VALUES = sys.version_info < (3, 14)


def _parameters(function: FunctionType) -> list[Parameter]:
    code, annotations, empty = function.__code__, function.__annotations__, inspect.Parameter.empty
    positional = code.co_varnames[: code.co_argcount]
    by_keyword = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    values = function.__defaults__ or ()
    defaults = dict(zip(positional[len(positional) - len(values) :], values, strict=True))
    defaults.update(function.__kwdefaults__ or {})
    return [
        Parameter(name, annotations.get(name, empty), defaults.get(name, empty))
        for name in (*positional, *by_keyword)
    ]


def _kind(function: FunctionType) -> CallKind:
    flags = function.__code__.co_flags
    if flags & inspect.CO_ASYNC_GENERATOR:
        return CallKind.ASYNC_GENERATOR
    if flags & inspect.CO_GENERATOR:
        return CallKind.SYNC_GENERATOR
    return CallKind.ASYNC if flags & inspect.CO_COROUTINE else CallKind.SYNC
