"""One kind for each callable, whatever it is wrapped in."""

import functools
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager
from functools import partial
from itertools import product
from types import MethodType
from typing import Any

import pytest

from talarian.engine.ground.callables import CallKind, classify, unwrap, without_partial


def sync(a: int = 1) -> int:
    return a


async def coroutine(a: int = 1) -> int:
    return a


def generator(a: int = 1) -> Generator[int, None, None]:
    yield a


async def async_generator(a: int = 1) -> AsyncGenerator[int, None]:
    yield a


Wrapper = Callable[[Callable[..., Any]], Callable[..., Any]]

FUNCTIONS: dict[CallKind, Callable[..., Any]] = {
    CallKind.SYNC: sync,
    CallKind.ASYNC: coroutine,
    CallKind.SYNC_GENERATOR: generator,
    CallKind.ASYNC_GENERATOR: async_generator,
}


def plain_wrapper(function: Callable[..., Any]) -> Callable[..., Any]:
    """What most decorators do: a plain function that hands on whatever comes back."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def async_wrapper(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def as_instance(function: Callable[..., Any]) -> Callable[..., Any]:
    service: Any = type("Service", (), {"__call__": staticmethod(function)})
    instance: Callable[..., Any] = service()
    return instance


def as_method(function: Callable[..., Any]) -> Callable[..., Any]:
    return MethodType(functools.wraps(function)(lambda _, *args: function(*args)), object())


WRAPPERS: list[Wrapper] = [
    lambda function: function,
    lambda function: partial(function, 2),
    lambda function: partial(partial(function), a=2),
    plain_wrapper,
    as_instance,
    as_method,
]
LAYERS = [pair for pair in product(WRAPPERS, repeat=2) if pair != (as_instance, as_instance)]


@pytest.mark.parametrize("kind", CallKind)
@pytest.mark.parametrize(("inner", "outer"), LAYERS)
def test_two_layers_do_not_hide_what_is_inside(
    kind: CallKind, inner: Wrapper, outer: Wrapper
) -> None:
    assert classify(outer(inner(FUNCTIONS[kind]))) is kind


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        (CallKind.SYNC, CallKind.ASYNC),
        (CallKind.ASYNC, CallKind.ASYNC),
        (CallKind.SYNC_GENERATOR, CallKind.SYNC_GENERATOR),
        (CallKind.ASYNC_GENERATOR, CallKind.ASYNC_GENERATOR),
    ],
)
def test_an_async_wrapper_makes_a_coroutine_of_what_returns(
    inner: CallKind, kind: CallKind
) -> None:
    assert classify(async_wrapper(FUNCTIONS[inner])) is kind


def test_a_class_is_called_to_make_an_instance() -> None:
    class Service:
        async def __call__(self) -> None: ...

    assert classify(Service) is CallKind.SYNC
    assert classify(partial(Service)) is CallKind.SYNC
    assert classify(Service()) is CallKind.ASYNC
    assert classify(Service().__call__) is CallKind.ASYNC


def test_methods_of_classes() -> None:
    class Service:
        @classmethod
        async def of_class(cls) -> None: ...

        @staticmethod
        def of_nobody() -> Generator[None, None, None]:
            yield

    assert classify(Service.of_class) is CallKind.ASYNC
    assert classify(Service.of_nobody) is CallKind.SYNC_GENERATOR


def test_a_context_manager_function_counts_as_the_generator_it_wraps() -> None:
    assert classify(asynccontextmanager(async_generator)) is CallKind.ASYNC_GENERATOR


def test_builtins_are_plain() -> None:
    assert classify(len) is CallKind.SYNC
    assert classify(dict) is CallKind.SYNC


def test_only_generators_yield() -> None:
    assert [kind for kind in CallKind if kind.is_generator] == [
        CallKind.SYNC_GENERATOR,
        CallKind.ASYNC_GENERATOR,
    ]


def test_unwrap_goes_through_both_kinds_of_layers() -> None:
    layered = partial(plain_wrapper(plain_wrapper(sync)), 1)
    assert unwrap(layered) is sync
    assert without_partial(partial(partial(sync))) is sync
    assert unwrap(partial(partial(sync), 1)) is sync
