"""The rules of choice: what one parameter of a callable means.

`decide` reads as one numbered list. Source of the rules: the FastAPI tutorial, "Path parameters"
to "Dependencies".
"""

import dataclasses
import inspect
from collections.abc import Collection
from copy import copy
from functools import cache
from typing import Any, TypeGuard, TypeVar

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from starlette.background import BackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from ..declare import params
from ..declare.depends import Depends
from ..declare.security import SecurityScopes
from ..fields import shapes
from ..fields.field import Field
from ..fields.wire import string_aliases
from ..ground.annotations import is_union, strip_annotated
from .models import request_field
from .plan import Injection
from .reading import Parameter

Decision = Field | Depends | Injection
Marker = TypeVar("Marker", bound=FieldInfo)

_INJECTIONS: tuple[tuple[type, Injection], ...] = (
    (Request, Injection.REQUEST),
    (WebSocket, Injection.WEBSOCKET),
    (HTTPConnection, Injection.CONNECTION),
    (Response, Injection.RESPONSE),
    (BackgroundTasks, Injection.BACKGROUND),
    (SecurityScopes, Injection.SCOPES),
)
_INJECTED = frozenset(kind for kind, _ in _INJECTIONS)


def decide(parameter: Parameter | inspect.Parameter, path_names: Collection[str]) -> Decision:
    """Return what `parameter` is: a value of the request, a dependency, or an injected object.

    Raises:
        AssertionError: When the declaration contradicts itself; the message names the parameter.
        TalarianError: When pydantic cannot handle the annotation.
    """
    name = parameter.name
    given, empty = parameter.annotation, inspect.Parameter.empty
    annotation: Any = Any if given is empty else given
    plain, metadata = strip_annotated(annotation)
    default = parameter.default
    marker = _marker(metadata)

    # 1. A dependency, said in `Annotated` or as the default value.
    if isinstance(default, Depends):
        assert not isinstance(marker, Depends), (
            f"Cannot specify `Depends` in `Annotated` and default value together for {name!r}"
        )
        assert not _is_place(marker), (
            "Cannot specify a FastAPI annotation in `Annotated` and `Depends` as a"
            f" default value together for {name!r}"
        )
        marker, default = default, empty
    depends = marker if isinstance(marker, Depends) else None

    # 2. A place in the request, said as the default value: `q: str = Query()`.
    info: FieldInfo | None = None
    if isinstance(default, FieldInfo):
        assert not _is_place(marker), (
            "Cannot specify FastAPI annotations in `Annotated` and default value"
            f" together for {name!r}"
        )
        assert _is_place(default), (
            f"non-body parameters must be in path, query, header or cookie: {name}"
        )
        info = copy(default)
        info.annotation = plain
    # 3. A place in the request, said in `Annotated`; the default value stays where Python has it.
    elif _is_place(marker):
        info = _from_annotated(marker, annotation, default, name)

    # 4. A dependency without a callable is made by its annotation: `Annotated[Service, Depends()]`.
    if depends is not None:
        if depends.dependency is None:
            return dataclasses.replace(depends, dependency=plain)
        return depends

    # 5. An object of the connection, chosen by its type.
    if isinstance(plain, type) and not _INJECTED.isdisjoint(plain.__mro__):
        assert info is None, f"Cannot specify FastAPI annotation for type {plain!r}"
        return next(injection for kind, injection in _INJECTIONS if issubclass(plain, kind))

    # 6. Nothing said: the path's names, then files, then the shape of the annotation.
    if info is None:
        info = _inferred(annotation, default, name, path_names)

    # 7. What was chosen has to be something that its place can carry.
    _check(info, name, path_names)
    return request_field(_named(info, name, path_names), name)


def merge_metadata(marker: Marker, annotation: Any) -> Marker:
    """Return a copy of `marker` that also carries what else `Annotated[...]` says of the field."""
    info = copy(marker)
    merged = FieldInfo.from_annotation(annotation)
    for attribute in FieldInfo.__slots__:
        if hasattr(merged, attribute):
            setattr(info, attribute, getattr(merged, attribute))
    return info


def _bare(kind: type[Marker], annotation: Any) -> Marker:
    """`merge_metadata` of a marker that says nothing, for which most annotations need no search."""
    if not (isinstance(annotation, type) or is_union(annotation)):
        return merge_metadata(kind(), annotation)
    marker: Any = kind
    info = kind.__new__(kind)
    FieldInfo.__init__(info, annotation=annotation)
    for attribute, value in _FOUND.items():
        setattr(info, attribute, value)
    vars(info).update(_own_attributes(marker))
    return info


@cache
def _own_attributes(kind: type[FieldInfo]) -> dict[str, Any]:
    """What a marker that says nothing has beside pydantic's attributes."""
    return dict(vars(kind()))


def _found() -> dict[str, Any]:
    """What pydantic notes in a field that it found by its annotation, and not in one it was given.

    Flags whose names are pydantic's own affair, and no containers, which fields would share.
    """
    given, found = FieldInfo(annotation=int), FieldInfo.from_annotation(int)
    attributes = {name: getattr(found, name, None) for name in FieldInfo.__slots__}
    return {
        name: value for name, value in attributes.items() if value != getattr(given, name, None)
    }


_FOUND = _found()


def _marker(metadata: tuple[Any, ...]) -> Any:
    """The last of our own annotations: it speaks for the parameter."""
    if not metadata:
        return None
    ours = [m for m in metadata if isinstance(m, (params.Param, params.Body, Depends))]
    return ours[-1] if ours else None


def _is_place(marker: Any) -> TypeGuard[params.Param | params.Body]:
    return isinstance(marker, (params.Param, params.Body))


def _from_annotated(marker: FieldInfo, annotation: Any, default: Any, name: str) -> FieldInfo:
    assert marker.default in (PydanticUndefined, ...), (
        f"`{type(marker).__name__}` default value cannot be set in `Annotated` for"
        f" {name!r}. Set the default value with `=` instead."
    )
    info = merge_metadata(marker, annotation)
    if default is not inspect.Parameter.empty:
        assert not isinstance(marker, params.Path), "Path parameters cannot have default values"
        info.default, info.default_factory = default, None
    return info


def _inferred(annotation: Any, default: Any, name: str, path_names: Collection[str]) -> FieldInfo:
    value = PydanticUndefined if default is inspect.Parameter.empty else default
    kind: type[params.Param | params.Body]
    if name in path_names:
        # What is in the path is always there: the function's own default can never be used.
        kind, value = params.Path, PydanticUndefined
    elif shapes.is_upload(annotation) or shapes.is_upload_sequence(annotation):
        kind = params.File
    elif shapes.is_scalar(annotation):
        kind = params.Query
    else:
        kind = params.Body
    info = _bare(kind, annotation)
    if kind is params.Path or value is not PydanticUndefined:
        info.default, info.default_factory = value, None
    return info


def _check(info: FieldInfo, name: str, path_names: Collection[str]) -> None:
    annotation = info.annotation
    if name in path_names:
        if isinstance(info, params.Param) and not isinstance(info, params.Path):
            assert info.is_required(), "Path parameters cannot have default values"
        assert isinstance(info, params.Path), (
            f"Cannot use `{type(info).__name__}` for path param {name!r}"
        )
    if isinstance(info, params.Path):
        assert shapes.is_scalar(annotation), "Path params must be of one of the supported types"
    elif isinstance(info, params.Query):
        assert (
            shapes.is_scalar(annotation)
            or shapes.is_scalar_sequence(annotation)
            or shapes.single_model(annotation) is not None
            or shapes.is_json(annotation, info.metadata)
        ), f"Query parameter {name!r} must be one of the supported types"


def _named(info: FieldInfo, name: str, path_names: Collection[str]) -> FieldInfo:
    """Settle the name on the wire; of several alias choices the path knows which one it has."""
    if info.alias is None:
        dashed = isinstance(info, params.Header) and info.convert_underscores
        info.alias = name.replace("_", "-") if dashed else name
    if isinstance(info, params.Path) and isinstance(info.validation_alias, AliasChoices):
        choices = (alias for alias in string_aliases(info, name) if alias in path_names)
        info.validation_alias = next(choices, info.alias)
    return info
