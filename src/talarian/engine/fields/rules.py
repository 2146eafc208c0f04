"""What pydantic makes of a field's annotation, with as little making as possible.

A validator and a serialiser take pydantic a tenth of a millisecond and some kilobytes. A thousand
routes have several thousand fields, nearly all of them one of a few scalars or a model that
pydantic has finished: theirs are shared, borrowed, or made when somebody asks for them.
"""

import warnings
from enum import EnumMeta
from functools import lru_cache
from typing import Annotated, Any, Literal, Protocol, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation
from pydantic.fields import FieldInfo
from pydantic.warnings import UnsupportedFieldAttributeWarning
from pydantic_core import CoreSchema, PydanticUndefined, SchemaSerializer, SchemaValidator

from ..ground.annotations import is_union
from ..ground.errors import TalarianError
from .legacy import reject_v1
from .shapes import is_common, is_scalar_type


class Rules(Protocol):
    """How a value of one annotation is validated, serialised and documented."""

    @property
    def validator(self) -> Any:
        """A `SchemaValidator`, or what pydantic's plugins put in its place."""
        ...

    @property
    def serializer(self) -> Any:
        """A `SchemaSerializer`."""
        ...

    @property
    def core_schema(self) -> CoreSchema: ...

    @property
    def adapter(self) -> TypeAdapter[Any]: ...


class ModelRules:
    """The rules that a complete model has already, as they are now: it may be rebuilt later."""

    __slots__ = ("core_schema", "model", "serializer", "validator")

    def __init__(self, model: Any) -> None:
        self.model = model
        self.validator: Any = model.__pydantic_validator__
        self.serializer: Any = model.__pydantic_serializer__
        self.core_schema: CoreSchema = model.__pydantic_core_schema__

    @property
    def adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.model)


class AdapterRules:
    """The rules that a `TypeAdapter` makes, when they are first needed."""

    __slots__ = ("_adapter", "_annotation", "_config")

    def __init__(self, annotation: Any, config: ConfigDict | None = None) -> None:
        self._annotation = annotation
        self._config = config
        self._adapter: TypeAdapter[Any] | None = None

    @property
    def adapter(self) -> TypeAdapter[Any]:
        if self._adapter is None:
            # pydantic warns that an alias means nothing outside of a model; here it names the
            # parameter.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", category=UnsupportedFieldAttributeWarning)
                self._adapter = TypeAdapter(self._annotation, config=self._config)
        return self._adapter

    @property
    def validator(self) -> Any:
        return self.adapter.validator

    @property
    def serializer(self) -> Any:
        return self.adapter.serializer

    @property
    def core_schema(self) -> CoreSchema:
        return self.adapter.core_schema


def rules_for(info: FieldInfo, config: ConfigDict | None, validated_as: Any) -> Rules:
    """Return the rules of a field. The first that fits:

    1. A complete model that nothing is said about has its own.
    2. Scalars that nothing is said about, and that are equal, share theirs.
    3. Scalars and choices that are said to be the same, as by a dependency of many routes, share
       theirs.
    4. What is sure to have a schema gets it when it is first needed.
    5. Everything else gets it now, so that an error is one of the declaration.

    What is said of the field later changes nothing.

    Raises:
        TalarianError: When pydantic cannot make a schema of the annotation.
    """
    annotation: Any = info.annotation
    default = info.default
    if config is not None or validated_as is not None:
        declared = annotation if validated_as is None else validated_as
        return _made_now(info, declared, config)
    bare, common = _is_bare(info), is_common(annotation)
    if bare and default is PydanticUndefined and _is_complete(annotation):
        return ModelRules(annotation)
    if bare and common and type(default) in _SHARED_DEFAULTS:
        return _equal(annotation, default)
    if common or _is_choice(annotation):
        return _same(info)
    if _is_harmless(info) and _is_settled(annotation):
        return AdapterRules(Annotated[annotation, _as_said(info)])
    return _made_now(info, annotation)


def _made_now(info: FieldInfo, declared: Any, config: ConfigDict | None = None) -> Rules:
    reject_v1(info.annotation)
    rules = AdapterRules(Annotated[declared, info], config)
    try:
        _ = rules.adapter
    except (PydanticSchemaGenerationError, PydanticUndefinedAnnotation) as error:
        raise TalarianError(_not_a_field(info.annotation)) from error
    return rules


@lru_cache(maxsize=512, typed=True)
def _equal(annotation: Any, default: Any) -> Rules:
    return AdapterRules(Annotated[annotation, FieldInfo(annotation=annotation, default=default)])


def _same(info: FieldInfo) -> Rules:
    """The rules that were made when the very same was said before.

    Objects that only look equal will not do: `Ge(0)` equals `Ge(0.0)`, and is documented otherwise.
    """
    said = tuple(getattr(info, name) for name in _SAID)
    said = (*said, *info.metadata)
    key = tuple(map(id, said))
    known = _same_rules.get(key)
    if known is None:
        if len(_same_rules) >= _MOST_SAME_RULES:
            _same_rules.clear()
        known = _same_rules[key] = (_made_now(info, info.annotation), said)
    return known[0]


_SAID = (
    "annotation",
    "default",
    "default_factory",
    "deprecated",
    "description",
    "discriminator",
    "examples",
    "json_schema_extra",
    "title",
    "validate_default",
)
"""What a schema is made of, beside the metadata."""

_MOST_SAME_RULES = 512
_same_rules: dict[tuple[int, ...], tuple[Rules, tuple[Any, ...]]] = {}
"""Rules by the identities of what was said; that is kept, for no other object to take its id."""


# Not floats: 0.0 and -0.0 are equal and documented differently.
_SHARED_DEFAULTS = frozenset({type(PydanticUndefined), type(None), bool, int, str})

_GENERICS: frozenset[Any] = frozenset({dict, frozenset, list, set})


def _is_bare(info: FieldInfo) -> bool:
    """Whether nothing is said about the field that a schema would show."""
    return (
        _is_harmless(info)
        and info.title is None
        and info.description is None
        and info.deprecated is None
    )


def _is_harmless(info: FieldInfo) -> bool:
    """Whether what is said about the field cannot make a schema fail."""
    return not (
        info.metadata
        or info.default is ...
        or info.default_factory is not None
        or info.discriminator is not None
        or info.validate_default is not None
        or info.examples is not None
        or info.json_schema_extra is not None
    )


def _as_said(info: FieldInfo) -> FieldInfo:
    """What a schema is made of, as it is said now."""
    return FieldInfo(
        annotation=info.annotation,
        default=info.default,
        title=info.title,
        description=info.description,
        deprecated=info.deprecated,
    )


def _is_complete(annotation: Any) -> bool:
    """Whether pydantic has finished a model or dataclass of its own, and would not make another."""
    if not isinstance(annotation, type):
        return False
    own = vars(annotation)
    return (
        own.get("__pydantic_complete__") is True
        and type(own.get("__pydantic_validator__")) is SchemaValidator
        and type(own.get("__pydantic_serializer__")) is SchemaSerializer
        and isinstance(own.get("__pydantic_core_schema__"), dict)
        and _makes_its_schema_as_all_do(annotation)
    )


def _makes_its_schema_as_all_do(model: Any) -> bool:
    hook = getattr(model, "__get_pydantic_core_schema__", None)
    if issubclass(model, BaseModel):
        return getattr(hook, "__func__", None) is _MODEL_HOOK
    return hook is None


_MODEL_HOOK = vars(BaseModel)["__get_pydantic_core_schema__"].__func__


def _is_choice(annotation: Any) -> bool:
    """Whether the annotation is a `Literal` or an enum, of numbers and text."""
    if isinstance(annotation, EnumMeta):
        choices: dict[str, Any] = dict(annotation.__members__)
        values: Any = [choice.value for choice in choices.values()]
        plain = not any(hasattr(annotation, hook) for hook in _HOOKS)
    else:
        values, plain = get_args(annotation), get_origin(annotation) is Literal
    return plain and bool(values) and all(type(value) in _CHOSEN for value in values)


_CHOSEN = frozenset({bool, int, str})
_HOOKS = ("__get_pydantic_core_schema__", "__get_pydantic_json_schema__")


def _is_settled(annotation: Any) -> bool:
    """Whether pydantic is sure to make a schema of the annotation."""
    if annotation is None or is_scalar_type(annotation) or _is_choice(annotation):
        return True
    if isinstance(annotation, type):
        return any(annotation is generic for generic in _GENERICS) or _is_complete(annotation)
    if is_union(annotation) or get_origin(annotation) in _GENERICS:
        return all(map(_is_settled, get_args(annotation)))
    return False


def _not_a_field(annotation: Any) -> str:
    return (
        f"Invalid args for response field! Hint: check that {annotation} is a valid Pydantic "
        "field type. If you are using a return type annotation that is not a valid Pydantic "
        "field (e.g. Union[Response, dict, None]) you can disable generating the response model "
        "from the type annotation with the path operation decorator parameter "
        "response_model=None. Read more: "
        "https://fastapi.tiangolo.com/tutorial/response-model/"
    )
