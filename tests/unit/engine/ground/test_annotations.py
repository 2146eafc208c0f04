"""Signatures as people write them, read as they meant them."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, ForwardRef, Optional, Union

import pytest
from typing_extensions import TypeAliasType

from talarian.engine.ground.annotations import (
    is_subclass,
    is_union,
    resolve_annotation,
    return_annotation,
    strip_annotated,
    typed_signature,
)

if TYPE_CHECKING:
    from decimal import Decimal  # not there when annotations are resolved


class Item:
    def method(self, other: Item, number: int = 1) -> Item:
        return other

    def __call__(self, other: Item) -> None: ...


class Made:
    def __init__(self, item: Item, number: int) -> None: ...


def function(item: Item, number: Annotated[int, "metadata"], unknown: Decimal) -> list[Item]:
    return [item]


def resolved(call: Callable[..., Any]) -> dict[str, Any]:
    parameters = typed_signature(call).parameters
    return {name: parameter.annotation for name, parameter in parameters.items()}


def test_string_annotations_are_resolved_where_they_were_written() -> None:
    found = resolved(function)
    assert found["item"] is Item
    assert found["number"] == Annotated[int, "metadata"]
    assert return_annotation(function) == list[Item]


def test_what_cannot_be_resolved_yet_stays_a_reference() -> None:
    assert resolved(function)["unknown"] == ForwardRef("Decimal")


def test_without_annotations_nothing_is_invented() -> None:
    def bare(a, b=1): ...  # type: ignore[no-untyped-def]

    assert resolved(bare) == {"a": inspect.Parameter.empty, "b": inspect.Parameter.empty}
    assert return_annotation(bare) is inspect.Signature.empty


def test_defaults_and_kinds_are_kept() -> None:
    parameter = typed_signature(Item().method).parameters["number"]
    assert (parameter.annotation, parameter.default) == (int, 1)


def wrapping(inner: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(inner)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return inner(*args, **kwargs)

    return wrapper


@pytest.mark.parametrize(
    ("call", "names"),
    [
        (Item().method, ["other", "number"]),
        (Item(), ["other"]),
        (partial(Item().method, number=2), ["other", "number"]),
        (wrapping(function), ["item", "number", "unknown"]),
        (wrapping(wrapping(Item().method)), ["other", "number"]),
        (partial(wrapping(function), number=2), ["item", "number", "unknown"]),
        (Made, ["item", "number"]),
    ],
)
def test_wrappers_show_what_they_wrap(call: Callable[..., Any], names: list[str]) -> None:
    found = resolved(call)
    assert list(found) == names
    assert found[names[0]] is Item


def test_the_module_of_the_wrapped_function_counts() -> None:
    """A decorator from another module must not look names up in its own."""
    namespace: dict[str, Any] = {"Local": int}
    source = "def written_there(a: 'Local') -> 'Local': ..."
    exec(source, namespace)
    assert resolved(wrapping(namespace["written_there"])) == {"a": int}
    assert return_annotation(wrapping(namespace["written_there"])) is int


def test_none_is_none_however_it_is_written() -> None:
    assert resolve_annotation("None", {}) is None
    assert resolve_annotation(None, {}) is None


def test_an_attribute_that_is_missing_is_no_error_yet() -> None:
    assert resolve_annotation("sys.nothing", {"sys": sys}) == ForwardRef("sys.nothing")


def test_a_mistake_in_an_annotation_is_not_hidden() -> None:
    with pytest.raises(TypeError):
        resolve_annotation("1 | 'a'", {})


Alias = TypeAliasType("Alias", Annotated[int, "metadata"])
Plain = TypeAliasType("Plain", int)


@pytest.mark.parametrize(
    ("annotation", "split"),
    [
        (int, (int, ())),
        (Annotated[int, 1, "b"], (int, (1, "b"))),
        (Annotated[Annotated[int, 1], 2], (int, (1, 2))),
        (Alias, (int, ("metadata",))),
        (Plain, (Plain, ())),
        (list[Annotated[int, 1]], (list[Annotated[int, 1]], ())),
    ],
)
def test_metadata_is_split_off(annotation: Any, split: tuple[Any, tuple[Any, ...]]) -> None:
    assert strip_annotated(annotation) == split


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type statements came with Python 3.12")
def test_a_type_statement_is_an_alias_too() -> None:
    namespace: dict[str, Any] = {"Annotated": Annotated}
    exec("type Session = Annotated[int, 'metadata']", namespace)
    assert strip_annotated(namespace["Session"]) == (int, ("metadata",))


@pytest.mark.parametrize("annotation", [int | None, Union[int, str], Optional[int]])  # noqa: UP007, UP045
def test_unions(annotation: Any) -> None:
    assert is_union(annotation)


@pytest.mark.parametrize(
    "annotation", [int, list[int], Annotated[int | None, 1], None, "int | str"]
)
def test_not_unions(annotation: Any) -> None:
    assert not is_union(annotation)


def test_is_subclass_takes_anything() -> None:
    assert is_subclass(bool, int)
    assert not is_subclass(list[int], list)
    assert not is_subclass(None, (int, str))
    assert not is_subclass("int", int)
