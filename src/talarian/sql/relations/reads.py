"""What a response model reads of the object that it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import AliasChoices, AliasPath, BaseModel, RootModel
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

Path = tuple[str, ...]
"""Attributes, one of the other: `("author", "name")` is `object.author.name`."""


@dataclass(frozen=True, slots=True)
class Read:
    """One field of a response model, seen from the object.

    Args:
        field: The field, for messages: `BookOut.author`.
        paths: Where its value may be; the first that exists is taken.
        models: The models that show what is found there.
        required: Whether the response cannot be made without it.
    """

    field: str
    paths: tuple[Path, ...]
    models: tuple[type[BaseModel], ...]
    required: bool


def reads(model: type[BaseModel]) -> Iterator[Read]:
    """All that a model reads of an object, field by field."""
    for name, field in model.model_fields.items():
        yield Read(
            field=f"{model.__name__}.{name}",
            paths=tuple(_paths(model, name, field)),
            models=models_in(field.annotation),
            required=field.is_required(),
        )


def reads_anything(model: type[BaseModel]) -> bool:
    """Whether a validator of the model is given the object itself, and may read all of it."""
    validators = model.__pydantic_decorators__.model_validators.values()
    return any(validator.info.mode in ("before", "wrap") for validator in validators)


def models_in(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models in an annotation: of a list, an optional one, the members of a union."""
    return tuple(dict.fromkeys(_models(annotation)))


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, TypeAliasType):
        yield from _models(annotation.__value__)
    elif isinstance(annotation, type) and issubclass(annotation, RootModel):
        yield from _models(annotation.model_fields["root"].annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for argument in get_args(annotation):
            yield from _models(argument)


def _paths(model: type[BaseModel], name: str, field: FieldInfo) -> Iterator[Path]:
    """In pydantic's order: https://docs.pydantic.dev/latest/concepts/alias/."""
    alias = field.validation_alias
    config = model.model_config
    if alias is not None and config.get("validate_by_alias", True):
        for choice in alias.choices if isinstance(alias, AliasChoices) else [alias]:
            yield _path(choice)
    if alias is None or config.get("validate_by_name") or config.get("populate_by_name"):
        yield (name,)


def _path(alias: str | AliasPath) -> Path:
    if isinstance(alias, str):
        return (alias,)
    # Numbers are places in a collection: what is loaded is all of it.
    return tuple(step for step in alias.path if isinstance(step, str))
