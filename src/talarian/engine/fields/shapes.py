"""The shape of an annotation: scalar, sequence, model, file. It decides where a value is sought.

All questions look through `Annotated` and through unions: a union has a shape as soon as one of
its members has it, unless the question says otherwise.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Annotated, Any, TypeGuard, TypeVar, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel, Json
from starlette.datastructures import UploadFile
from typing_extensions import TypeAliasType

from ..ground.annotations import is_subclass, is_union, strip_annotated

SEQUENCE_TYPES: Mapping[Any, type] = {
    Sequence: list,
    list: list,
    tuple: tuple,
    set: set,
    frozenset: frozenset,
    deque: deque,
}
"""The sequence types a parameter may have, and what to build for each."""

SCALAR_TYPES: frozenset[Any] = frozenset(
    {bool, bytes, date, datetime, Decimal, float, int, str, time, timedelta, type(None), UUID}
)
"""Scalars that are known by sight: most annotations are one of these, and are asked about often."""

Answer = TypeVar("Answer")

_SEQUENCES = tuple(SEQUENCE_TYPES)
_SEQUENCE_BASES = frozenset(SEQUENCE_TYPES)
_JSON: Any = Json  # Type checkers see a generic alias, where at run time it is a class.


def _remembered(
    of_class: Callable[[Any], Answer],
) -> Callable[[Callable[[Any], Answer]], Callable[[Any], Answer]]:
    """Remember answers about unions and generics: the same few are asked about again and again.

    Not of questions that the order of a union's members matters to: `A | B` is equal to `B | A`.

    Args:
        of_class: Answers for a class, which is its own only member, without looking for others.
    """

    def decorate(question: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
        asked = lru_cache(maxsize=256)(question)

        @wraps(question)
        def ask(annotation: Any) -> Answer:
            if isinstance(annotation, type):
                return of_class(annotation)
            try:
                return asked(annotation)
            except TypeError:  # some metadata of `Annotated` has no hash
                return question(annotation)

        return ask

    return decorate


def members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a (nested) union; a plain annotation is its own only member."""
    annotation = plain(annotation)
    if isinstance(annotation, type) or not is_union(annotation):
        return (annotation,)
    return tuple(inner for member in get_args(annotation) for inner in members(member))


def plain(annotation: Any) -> Any:
    """The annotation without `Annotated` and without a type alias around it."""
    while not isinstance(annotation, type):
        if isinstance(annotation, TypeAliasType) or type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        else:
            break
    return annotation


def _class_of(annotation: Any) -> Any:
    return get_origin(annotation) or annotation


def is_scalar_type(annotation: Any) -> bool:
    """Whether the annotation is one of `SCALAR_TYPES`."""
    # Some metaclasses make classes that cannot be looked up.
    return annotation is Any or (type(annotation) is type and annotation in SCALAR_TYPES)


def _is_sequence(annotation: Any) -> bool:
    if is_scalar_type(annotation):
        return False
    if is_subclass(annotation, (str, bytes)):
        return False
    if isinstance(annotation, type(BaseModel)):
        # Nobody registers a model as a sequence, and asking every model's bases for it is slow.
        return not _SEQUENCE_BASES.isdisjoint(annotation.__mro__)
    return is_subclass(_class_of(annotation), _SEQUENCES)


def _is_simple(annotation: Any) -> bool:
    if is_scalar_type(annotation):
        return True
    if is_subclass(annotation, (BaseModel, Mapping, UploadFile)) or _is_sequence(annotation):
        return False
    if is_dataclass(annotation):
        return False
    origin = get_origin(annotation)
    return origin is None or not (
        is_subclass(origin, (BaseModel, Mapping, UploadFile))
        or is_dataclass(origin)
        or hasattr(origin, "__pydantic_core_schema__")
        or hasattr(origin, "__get_pydantic_core_schema__")
    )


def _is_upload(annotation: Any) -> bool:
    return is_subclass(annotation, UploadFile)


def _model_itself(annotation: Any) -> type[BaseModel] | None:
    return annotation if is_subclass(annotation, BaseModel) else None


@_remembered(_is_simple)
def is_scalar(annotation: Any) -> bool:
    """Whether one string can carry the value: numbers, text, enums, dates, UUIDs, literals …"""
    return all(map(_is_simple, members(annotation)))


@_remembered(_is_sequence)
def is_sequence(annotation: Any) -> bool:
    """Whether the value is (or may be) a list, tuple, set, frozenset, deque or Sequence."""
    return any(map(_is_sequence, members(annotation)))


@_remembered(_is_sequence)
def is_scalar_sequence(annotation: Any) -> bool:
    """Whether the value is a sequence of scalars, or perhaps a scalar instead of it."""
    found = False
    for member in members(annotation):
        if _is_sequence(member):
            if not all(map(is_scalar, get_args(member))):
                return False
            found = True
        elif not is_scalar(member):
            return False
    return found


@_remembered(is_scalar_type)
def is_common(annotation: Any) -> bool:
    """Whether the value is a scalar known by sight, or that or `None`, or a list or set of them.

    Other unions are not: `int | str` and `str | int` are equal, but not the same.
    """
    arguments = get_args(annotation)
    if is_union(annotation):
        inner = [member for member in arguments if member is not type(None)]
        return len(inner) == 1 < len(arguments) and is_common(inner[0])
    return get_origin(annotation) in (frozenset, list, set) and is_scalar_type(arguments[0])


def is_bytes(annotation: Any) -> bool:
    """Whether the value is (or may be) `bytes`."""
    return any(is_subclass(member, bytes) for member in members(annotation))


@_remembered(_is_upload)
def is_upload(annotation: Any) -> bool:
    """Whether the value is (or may be) an `UploadFile`."""
    return any(map(_is_upload, members(annotation)))


def is_bytes_sequence(annotation: Any) -> bool:
    """Whether the value is (or may be) a sequence of `bytes`."""
    return _any_sequence_of(is_bytes, annotation)


@_remembered(_is_sequence)
def is_upload_sequence(annotation: Any) -> bool:
    """Whether the value is (or may be) a sequence of `UploadFile`."""
    return _any_sequence_of(is_upload, annotation)


def is_json(annotation: Any, metadata: Sequence[Any] = ()) -> bool:
    """Whether pydantic parses the value out of a JSON string (`Json[T]`, `Json[T] | None`).

    `metadata` is what was taken out of an `Annotated` around the annotation.
    """
    inner, found = strip_annotated(annotation)
    if any(isinstance(item, _JSON) or item is _JSON for item in (*metadata, *found)):
        return True
    return is_union(plain(inner)) and any(map(is_json, get_args(plain(inner))))


def is_model(annotation: Any) -> TypeGuard[type[BaseModel]]:
    """Whether the annotation is one pydantic model (not a union)."""
    return is_subclass(plain(annotation), BaseModel)


def union_models(annotation: Any) -> list[type[BaseModel]]:
    """The models of `Model`, `Model | None` or `A | B | None`; empty if anything else is in it."""
    found = [plain(member) for member in members(annotation)]
    models = [member for member in found if member is not type(None) and member is not None]
    if models and all(is_subclass(_class_of(model), BaseModel) for model in models):
        return models
    return []


@_remembered(_model_itself)
def single_model(annotation: Any) -> type[BaseModel] | None:
    """The model of `Model` or `Model | None`; `None` for everything else."""
    models = union_models(annotation)
    return models[0] if len(models) == 1 else None


def _any_sequence_of(test: Callable[[Any], bool], annotation: Any) -> bool:
    return any(
        all(map(test, get_args(member))) for member in members(annotation) if _is_sequence(member)
    )


__all__ = [
    "SCALAR_TYPES",
    "SEQUENCE_TYPES",
    "is_bytes",
    "is_bytes_sequence",
    "is_common",
    "is_json",
    "is_model",
    "is_scalar",
    "is_scalar_sequence",
    "is_scalar_type",
    "is_sequence",
    "is_upload",
    "is_upload_sequence",
    "members",
    "plain",
    "single_model",
    "union_models",
]
