import functools
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from talarian.engine.analyse import reading
from talarian.engine.analyse.reading import read
from talarian.engine.ground.annotations import typed_signature
from talarian.engine.ground.callables import CallKind, classify


class Later: ...


def nothing() -> None: ...
def some(a, b: int, c: str = "c", *, d: float, e: "Later | None" = None): ...  # type: ignore[no-untyped-def]
def plain(a, b: int, /, c: str = "c", *, d: float, e: Later | None = None): ...  # type: ignore[no-untyped-def]
def only_by_keyword(*, a: int = 1, b: str) -> None: ...
def gathering(a: int, *args: int, b: int = 2, **kwargs: Any) -> None: ...
async def coroutine(a: int = 1) -> None: ...
def generator(a: int) -> Iterator[int]:
    yield a


async def async_generator(a: int) -> AsyncIterator[int]:
    yield a


@functools.wraps(coroutine)
def wrapping(*args: Any, **kwargs: Any) -> Any:
    return coroutine(*args, **kwargs)


def marked() -> Any: ...


def signed(*args: Any) -> Any: ...


signed.__signature__ = inspect.signature(plain)  # type: ignore[attr-defined]


class Service:
    def __init__(self, a: int, b: str = "b") -> None: ...

    async def __call__(self, c: int) -> None: ...

    def method(self, d: "Later") -> None: ...


class Dataless:
    pass


CALLABLES: list[Any] = [
    nothing,
    some,
    plain,
    only_by_keyword,
    gathering,
    coroutine,
    generator,
    async_generator,
    wrapping,
    signed,
    functools.partial(plain, 1),
    Service,
    Service(1),
    Service(1).method,
    Dataless,
    lambda x, y=1: x,
]


@pytest.mark.parametrize("call", CALLABLES)
def test_it_is_what_inspect_says(call: Callable[..., Any]) -> None:
    found = read(call)
    expected = typed_signature(call).parameters.values()
    assert [(p.name, p.annotation, p.default) for p in found.parameters] == [
        (p.name, p.annotation, p.default) for p in expected
    ]
    assert found.kind is classify(call)


def test_a_function_marked_as_a_coroutine_function_is_one() -> None:
    mark: Any = getattr(inspect, "markcoroutinefunction", None)  # Python 3.12
    expected = CallKind.SYNC if mark is None else CallKind.ASYNC
    assert read(marked if mark is None else mark(marked)).kind is expected


@pytest.mark.skipif(not reading._ANNOTATIONS_ARE_VALUES, reason="annotations are evaluated late")
def test_plain_functions_are_read_without_inspect(monkeypatch: pytest.MonkeyPatch) -> None:
    inspected: list[Any] = []

    def counting(call: Any, **options: Any) -> inspect.Signature:
        inspected.append(call)
        return signature(call, **options)

    signature = inspect.signature
    monkeypatch.setattr(inspect, "signature", counting)
    for call in CALLABLES:
        read(call)
    in_full = [call for call in CALLABLES if call in inspected]
    assert in_full == [some, gathering, wrapping, signed, *CALLABLES[10:15]]


def test_what_has_no_signature_is_an_error() -> None:
    with pytest.raises(ValueError, match="signature"):
        read(max)
