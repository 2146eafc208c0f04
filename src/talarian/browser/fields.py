"""A table's columns and relationships as fields of forms and lists."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import ColumnProperty, Mapper, RelationshipDirection, RelationshipProperty
from starlette.requests import Request
from starlette_admin import BaseField, HasMany, HasOne, StringField
from starlette_admin.contrib.sqla.converters import ModelConverter
from starlette_admin.contrib.sqla.exceptions import NotSupportedColumn

from .masking import MASK, Masks

_LOADED_ON_DEMAND = frozenset({"dynamic", "write_only"})
_PLAIN_COLLECTIONS = (None, list, set)


def key_of(mapper: Mapper[Any]) -> str:
    """What a table is called in addresses."""
    return str(getattr(mapper.local_table, "fullname", mapper.class_.__name__)).replace(".", "-")


class Keys:
    """The tables that have pages, for links between them."""

    def __init__(self, mappers: Iterable[Mapper[Any]]) -> None:
        self._mappers = frozenset(mappers)

    def of(self, mapper: Mapper[Any]) -> str | None:
        """The key of the page that shows the rows of a mapper, if there is one."""
        each: Mapper[Any] | None = mapper
        while each is not None:
            if each in self._mappers:
                return key_of(each)
            each = each.inherits
        return None


def fields_of(mapper: Mapper[Any], keys: Keys, masks: Masks) -> Iterator[BaseField]:
    """The fields of a table: columns, then relationships. Foreign keys are shown as what they
    refer to, where a relationship says that."""
    relations = [field for prop in mapper.relationships if (field := _relation(prop, keys))]
    related = {
        column
        for prop in mapper.relationships
        if prop.direction is RelationshipDirection.MANYTOONE and keys.of(prop.mapper)
        for column in prop.local_columns
    }
    for prop in mapper.column_attrs:
        column = prop.columns[0]
        if masks.covers(prop):
            yield _masked(prop)
        elif column not in related:
            yield _column(mapper, prop)
        elif getattr(column, "primary_key", False):
            yield _read_only(_column(mapper, prop))
    yield from relations


def is_required(prop: ColumnProperty[Any]) -> bool:
    """Whether a row cannot be made without a value."""
    column: Any = prop.columns[0]
    return not (
        getattr(column, "nullable", True)
        or getattr(column, "default", None) is not None
        or getattr(column, "server_default", None) is not None
    )


def _column(mapper: Mapper[Any], prop: ColumnProperty[Any]) -> BaseField:
    column: Any = prop.columns[0]
    if isinstance(column.type, LargeBinary):
        return _read_only(StringField(prop.key, getter=_size(prop.key)))
    try:
        (field,) = ModelConverter().convert_fields_list(
            fields=[prop.key], model=mapper.class_, mapper=mapper, explicit_fields=True
        )
    except (NotSupportedColumn, AssertionError, NotImplementedError, TypeError):
        return _read_only(StringField(prop.key, getter=_text(prop.key)))
    return _read_only(field) if _is_made_by_the_database(mapper, column) else field


def _is_made_by_the_database(mapper: Mapper[Any], column: Any) -> bool:
    """Or by SQLAlchemy, whenever a row is written."""
    return (
        column is mapper.version_id_col
        or column is mapper.polymorphic_on
        or any(getattr(column, name, None) is not None for name in _AUTOMATIC)
    )


_AUTOMATIC = ("computed", "onupdate", "server_onupdate")


def _masked(prop: ColumnProperty[Any]) -> BaseField:
    def mask(request: Request, row: Any) -> str | None:
        return None if getattr(row, prop.key) is None else MASK

    field = StringField(prop.key, getter=mask, filters=[])
    field.exclude_from_export = True
    return _read_only(field)


def _read_only(field: BaseField) -> BaseField:
    field.exclude_from_create = field.exclude_from_edit = field.exclude_from_import = True
    field.required = False
    return field


def _size(name: str) -> Any:
    def size(request: Request, row: Any) -> str | None:
        value = getattr(row, name)
        return None if value is None else f"{len(value)} bytes"

    return size


def _text(name: str) -> Any:
    def text(request: Request, row: Any) -> str | None:
        value = getattr(row, name)
        return None if value is None else str(value)

    return text


def _relation(prop: RelationshipProperty[Any], keys: Keys) -> BaseField | None:
    key = keys.of(prop.mapper)
    if key is None or prop.lazy in _LOADED_ON_DEMAND:
        return None
    if prop.direction is RelationshipDirection.MANYTOONE:
        required = all(not column.nullable for column in prop.local_columns)
        return HasOne(prop.key, key=key, required=required)
    if not prop.uselist:
        return _read_only(HasOne(prop.key, key=key, exclude_from_list=True))
    if prop.collection_class not in _PLAIN_COLLECTIONS:
        return None
    many = HasMany(
        prop.key, key=key, collection_class=prop.collection_class or list, exclude_from_list=True
    )
    # Rows that belong to this one are edited on their own pages.
    is_between = prop.direction is RelationshipDirection.MANYTOMANY and not prop.viewonly
    return many if is_between else _read_only(many)
