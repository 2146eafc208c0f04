"""Reading a callable's signature: forward references resolved, wrappers looked through."""

import inspect
import sys
import types
from collections.abc import Mapping
from typing import Annotated, Any, ForwardRef, Union, get_args, get_origin

from typing_extensions import TypeAliasType, evaluate_forward_ref

from .callables import AnyCallable, unwrap


def typed_signature(call: AnyCallable) -> inspect.Signature:
    """Return the signature of `call` with string annotations resolved where that is possible.

    A name that cannot be resolved yet (it is imported under `TYPE_CHECKING` only) stays a
    `ForwardRef`: it may never be needed, and if it is, pydantic's message names it.
    """
    signature, namespace = _signature(call), _namespace(call)
    parameters = [
        parameter.replace(annotation=resolve_annotation(parameter.annotation, namespace))
        for parameter in signature.parameters.values()
    ]
    return signature.replace(parameters=parameters)


def return_annotation(call: AnyCallable) -> Any:
    """Return the resolved return annotation of `call`, or `inspect.Signature.empty`."""
    annotation = _signature(call).return_annotation
    if annotation is inspect.Signature.empty:
        return annotation
    return resolve_annotation(annotation, _namespace(call))


def resolve_annotation(annotation: Any, namespace: Mapping[str, Any]) -> Any:
    """Evaluate a string annotation in `namespace`; anything else is returned as it is."""
    if not isinstance(annotation, str):
        return annotation
    reference = ForwardRef(annotation)
    names = dict(namespace)
    try:
        resolved = evaluate_forward_ref(reference, globals=names, locals=names)
    except (NameError, AttributeError):
        return reference
    return None if resolved is type(None) else resolved


def strip_annotated(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Split `Annotated[T, a, b]` into `(T, (a, b))`; other annotations have no metadata.

    A PEP 695 alias of an `Annotated` type (`type Session = Annotated[...]`) is looked through.
    """
    if isinstance(annotation, type):
        return annotation, ()
    if isinstance(annotation, TypeAliasType) or (
        sys.version_info >= (3, 12) and type(annotation).__name__ == "TypeAliasType"
    ):
        value = annotation.__value__
        if get_origin(value) is Annotated:
            annotation = value
    if get_origin(annotation) is not Annotated:
        return annotation, ()
    inner, *metadata = get_args(annotation)
    return inner, tuple(metadata)


def is_union(annotation: Any) -> bool:
    """Whether `annotation` is `X | Y`, `Union[X, Y]` or `Optional[X]`."""
    return get_origin(annotation) in (Union, types.UnionType)


def is_subclass(candidate: Any, classes: type | tuple[type, ...]) -> bool:
    """`issubclass` that answers False for everything that is not a class."""
    return isinstance(candidate, type) and issubclass(candidate, classes)


def _signature(call: AnyCallable) -> inspect.Signature:
    if sys.version_info >= (3, 14):
        from annotationlib import Format

        return inspect.signature(call, annotation_format=Format.FORWARDREF)
    return inspect.signature(call)


def _namespace(call: AnyCallable) -> Mapping[str, Any]:
    """The names visible where the function behind `call` was written."""
    inner = unwrap(call)
    if not hasattr(inner, "__globals__") and not inspect.isclass(inner):
        inner = unwrap(getattr(inner, "__call__", inner))  # noqa: B004 - an instance's method
    if inspect.isclass(inner):
        module = sys.modules.get(inner.__module__)
        return vars(module) if module is not None else {}
    return getattr(inner, "__globals__", {})
