"""Bodies into rows: PUT replaces, PATCH changes exactly what was sent."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import inspect
from sqlalchemy.orm import Mapper

from talarian.exceptions import RequestValidationError

from .columns import fitted, mapper_of
from .errors import problem

T = TypeVar("T")

Location = Sequence[str | int]

BODY: Location = ("body",)


def created(model: type[T], data: BaseModel, loc: Location = BODY) -> T:
    """Return a new object with the values of a body. It is not in a session yet.

    Args:
        model: The mapped class.
        data: The body. Each of its fields is an attribute of the class.
        loc: Where the body is in the request, for errors.

    Raises:
        RequestValidationError: When a value does not fit its column.
    """
    return model(**stored_values(model, data.model_dump(), loc))


def replace(item: object, data: BaseModel, loc: Location = BODY) -> None:
    """Give an object the values of a body: PUT. What was left out gets its default.

    Raises:
        RequestValidationError: When a value does not fit its column.
    """
    _assign(item, stored_values(type(item), data.model_dump(), loc))


def patch(item: object, changes: BaseModel, whole: type[BaseModel], loc: Location = BODY) -> None:
    """Change of an object what was sent: PATCH, as RFC 7396 has it for an object of fields.

    Null sets a field to null, where that is allowed; a field that was left out is not touched. The
    value of a field is replaced as a whole, objects and lists too.

    Args:
        item: The object.
        changes: The body, a `Partial` of `whole`.
        whole: The model of the whole body. Its validators are asked about what the object would be
            after the change, so that fields which depend on each other stay right.
        loc: Where the body is in the request, for errors.

    Raises:
        RequestValidationError: When the object would not be valid, or a value does not fit.
    """
    values = changed(item, changes, whole, loc)
    _assign(item, stored_values(type(item), values, loc))


def changed(
    item: object, changes: BaseModel, whole: type[BaseModel], loc: Location = BODY
) -> dict[str, Any]:
    """Return the values of the fields that were sent, validated together with those that were not.

    Raises:
        RequestValidationError: When the object would not be valid.
    """
    sent = changes.model_dump(exclude_unset=True)
    current = {name: getattr(item, name) for name in whole.model_fields if hasattr(item, name)}
    try:
        merged = whole.model_validate(current | sent, by_alias=False, by_name=True)
    except ValidationError as error:
        # What the object has no attribute for cannot be asked about. Inputs are not shown: they
        # have values of the object that this client may not see.
        known = sent.keys() | current.keys()
        errors: list[Any] = [
            each
            for each in error.errors(include_url=False, include_input=False)
            if not (each["type"] == "missing" and each["loc"] and each["loc"][0] not in known)
        ]
        if errors:
            located = [{**each, "loc": (*loc, *each["loc"])} for each in errors]
            raise RequestValidationError(located) from None
        return sent
    return {name: value for name, value in merged.model_dump().items() if name in sent}


def stored_values(
    model: type[Any], values: Mapping[str, Any], loc: Location = BODY
) -> dict[str, Any]:
    """Return values in the form in which their columns hold them.

    Raises:
        RequestValidationError: Names each that does not fit.
    """
    mapper: Mapper[Any] = mapper_of(model)
    fitting: dict[str, Any] = {}
    errors: list[dict[str, Any]] = []
    for name, value in values.items():
        fitting[name] = value
        if name not in mapper.column_attrs:
            continue
        column = mapper.column_attrs[name].columns[0]
        # A primary key of None is one that the database makes.
        if value is None and not (getattr(column, "nullable", True) or column.primary_key):
            errors.append(problem("does_not_fit", (*loc, name), "Input must not be null"))
            continue
        try:
            fitting[name] = fitted(column, value, stored=True)
        except ValueError as error:
            errors.append(problem("does_not_fit", (*loc, name), f"Input {error}"))
    if errors:
        raise RequestValidationError(errors)
    return fitting


def _assign(item: object, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(item, name, value)


def unknown_fields(model: type[Any], body: type[BaseModel]) -> list[str]:
    """Return the fields of a body that a mapped class has no attribute for."""
    known = set(inspect(model).all_orm_descriptors.keys()) | set(dir(model))
    return [name for name in body.model_fields if name not in known]
