"""FastAPI's helpers around pydantic models and their JSON Schemas."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, get_args

from pydantic import VERSION, BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo

from ..engine.analyse.parameters import merge_metadata
from ..engine.declare import params
from ..engine.describe.schemas import Schemas, title
from ..engine.fields import shapes
from ..engine.fields.field import Loc, Mode, missing
from ..engine.fields.legacy import reject_v1
from ..engine.ground.annotations import is_subclass, resolve_annotation
from ..engine.ground.errors import PydanticV1NotSupportedError
from .fields import ModelField, engine_fields

PYDANTIC_VERSION_MINOR_TUPLE = tuple(int(part) for part in VERSION.split(".")[:2])

sequence_types = tuple(shapes.SEQUENCE_TYPES)

ModelOrEnum = type[BaseModel] | type[Enum]
ModelSet = set[ModelOrEnum]
ModelNameMap = dict[ModelOrEnum, str]
FieldMapping = dict[tuple[ModelField, Mode], dict[str, Any]]


def get_definitions(
    *,
    fields: Sequence[ModelField],
    model_name_map: ModelNameMap,  # pydantic names the models itself
    separate_input_output_schemas: bool = True,
) -> tuple[FieldMapping, dict[str, dict[str, Any]]]:
    """The JSON Schema of each field, and the definitions that they refer to."""
    schemas = Schemas(engine_fields(fields), separate=separate_input_output_schemas)
    mapping: FieldMapping = {
        (field, field.mode): schemas.untitled(field._field) for field in fields
    }
    return mapping, schemas.components()


def get_schema_from_model_field(
    *,
    field: ModelField,
    model_name_map: ModelNameMap,
    field_mapping: FieldMapping,
    separate_input_output_schemas: bool = True,
    field_alias: str | None = None,
) -> dict[str, Any]:
    """The JSON Schema of one field with its title; a reference has none."""
    schema = dict(field_mapping[(field, field.mode)])
    if "$ref" not in schema:
        name = field_alias or field.validation_alias or field.alias
        schema["title"] = field.field_info.title or title(name)
    return schema


def get_model_name_map(unique_models: Iterable[ModelOrEnum]) -> ModelNameMap:
    """A name for each model: its own, with the module before it where two have the same."""
    models = list(unique_models)
    counts = Counter(normalize_name(model.__name__) for model in models)
    return {model: _name(model, counts) for model in models}


def _name(model: ModelOrEnum, counts: Mapping[str, int]) -> str:
    name = normalize_name(model.__name__)
    if counts[name] == 1:
        return name
    return normalize_name(f"{model.__module__}__{model.__qualname__}".replace(".", "__"))


def normalize_name(name: str) -> str:
    """A name that may stand in a reference."""
    return "".join(char if char.isalnum() or char in "._-" else "_" for char in name)


def get_flat_models_from_fields(
    fields: Iterable[ModelField], known_models: ModelSet | None = None
) -> ModelSet:
    """Every model and enum that the annotations of fields lead to."""
    known: ModelSet = set() if known_models is None else known_models
    for field in fields:
        get_flat_models_from_annotation(field.field_info.annotation, known)
    return known


def get_flat_models_from_field(field: ModelField, known_models: ModelSet) -> ModelSet:
    """Every model and enum that the annotation of a field leads to."""
    return get_flat_models_from_fields([field], known_models)


def get_flat_models_from_model(
    model: type[BaseModel], known_models: ModelSet | None = None
) -> ModelSet:
    """Every model and enum that the fields of a model lead to."""
    known: ModelSet = set() if known_models is None else known_models
    for info in model.model_fields.values():
        get_flat_models_from_annotation(info.annotation, known)
    return known


def get_flat_models_from_annotation(annotation: Any, known_models: ModelSet) -> ModelSet:
    """Every model and enum that an annotation leads to."""
    plain = shapes.plain(annotation)
    if is_subclass(plain, (BaseModel, Enum)):
        if plain not in known_models:
            known_models.add(plain)
            if is_subclass(plain, BaseModel):
                get_flat_models_from_model(plain, known_models)
        return known_models
    for argument in get_args(plain):
        get_flat_models_from_annotation(argument, known_models)
    return known_models


def get_model_fields(model: type[BaseModel]) -> list[ModelField]:
    """The fields of a model."""
    return [
        ModelField(info, name, config=None if _has_own_config(info) else model.model_config)
        for name, info in model.model_fields.items()
    ]


get_cached_model_fields = lru_cache(get_model_fields)


def _has_own_config(info: FieldInfo) -> bool:
    # pydantic refuses settings for a type that brings its own.
    annotation = info.annotation
    return is_subclass(annotation, (BaseModel, dict)) or hasattr(annotation, "__dataclass_fields__")


def create_body_model(
    *, fields: Sequence[ModelField], model_name: str, config: ConfigDict | None = None
) -> type[BaseModel]:
    """A model whose fields are these."""
    definitions: dict[str, Any] = {
        field.name: (field.field_info.annotation, field.field_info) for field in fields
    }
    model: type[BaseModel] = create_model(model_name, __config__=config, **definitions)
    return model


def copy_field_info(*, field_info: FieldInfo, annotation: Any) -> FieldInfo:
    """A copy of `field_info` for another annotation."""
    return merge_metadata(field_info, annotation)


def serialize_sequence_value(*, field: ModelField, value: Any) -> Sequence[Any]:
    """Build the sequence that a field is annotated with; of a union, its first one."""
    for member in shapes.members(field.field_info.annotation):
        kind = getattr(member, "__origin__", member)
        if kind in shapes.SEQUENCE_TYPES:
            sequence: Sequence[Any] = shapes.SEQUENCE_TYPES[kind](value)
            return sequence
    raise TypeError(f"{field.name} is not annotated with a sequence")


def get_missing_field_error(loc: Loc) -> dict[str, Any]:
    """The error of a required value that is not there."""
    return missing(loc)


def evaluate_forwardref(
    value: Any, globalns: dict[str, Any] | None = None, localns: dict[str, Any] | None = None
) -> Any:
    """Evaluate an annotation that may be a string."""
    return resolve_annotation(value, {**(globalns or {}), **(localns or {})})


def is_scalar_field(field: ModelField) -> bool:
    """Whether the field is no body and one string can carry its value."""
    info = field.field_info
    return not isinstance(info, params.Body) and shapes.is_scalar(info.annotation)


def value_is_sequence(value: Any) -> bool:
    """Whether a value is a sequence, text and bytes excepted."""
    return isinstance(value, sequence_types) and not isinstance(value, str | bytes)


def annotation_is_pydantic_v1(annotation: Any) -> bool:
    """Whether a pydantic v1 model is anywhere in an annotation."""
    try:
        reject_v1(annotation)
    except PydanticV1NotSupportedError:
        return True
    return False


def is_pydantic_v1_model_class(cls: Any) -> bool:
    """Whether a class is a pydantic v1 model."""
    return isinstance(cls, type) and annotation_is_pydantic_v1(cls)
