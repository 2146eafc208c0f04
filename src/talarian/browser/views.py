"""A table's list, and the pages of its rows."""

import inspect as signatures
from collections.abc import Sequence
from typing import Any

from markupsafe import escape
from sqlalchemy import ColumnElement, Select, String, and_, cast, false, func, or_, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, joinedload, selectinload, undefer
from sqlalchemy.orm.exc import StaleDataError
from starlette.requests import Request
from starlette_admin import BaseField, HasMany, RequestAction
from starlette_admin.contrib.sqla import ModelView
from starlette_admin.contrib.sqla.fields import MultiplePKField
from starlette_admin.exceptions import ActionFailed, FormValidationError
from starlette_admin.fields import RelationField
from starlette_admin.helpers import prettify_class_name
from starlette_admin.tools import iterdecode

from talarian.sql.unshown import REPEATS

from .fields import Keys, fields_of, is_required, key_of
from .masking import Masks

MOST_RELATED = 200
"""Rows of a relationship that a page shows. With more, the page would be of no use, and slow."""

_LABELS = ("title", "name", "label", "username", "email", "slug", "code")
# What a text that is no key raises: where it is read, in the driver, or in the database.
_NO_KEY = (ValueError, TypeError, ArithmeticError, DBAPIError)
_OF_ONE_ROW = frozenset(
    {RequestAction.DETAIL, RequestAction.EDIT, RequestAction.CREATE, RequestAction.INLINE_EDIT}
)


class TableView(ModelView):
    """One table.

    Args:
        mapper: Its mapper.
        keys: Which tables have pages.
        masks: Which columns are not shown.
    """

    def __init__(self, mapper: Mapper[Any], keys: Keys, masks: Masks) -> None:
        self._mapper = mapper
        columns = {prop.key: prop for prop in mapper.column_attrs}
        self.fields = list(fields_of(mapper, keys, masks))
        # What is masked must not be searched or sorted by either: that would tell what it is.
        as_they_are = [
            field.name for field in self.fields if field.name in columns and field.getter is None
        ]
        self.searchable_fields = self.sortable_fields = as_they_are
        self._label = next((name for name in _LABELS if name in as_they_are), None)
        # A secret that every row must have is for the application to make.
        self._can_create = _takes_no_arguments(mapper.class_) and not any(
            masks.covers(prop) and is_required(prop) for prop in columns.values()
        )
        name = prettify_class_name(mapper.class_.__name__)
        super().__init__(mapper.class_, "fa fa-table", name, name, key_of(mapper))

    def _setup_primary_key(self) -> None:
        # The library's own reads every attribute of the class, which runs hybrids and properties.
        names = [
            self._mapper.get_property_by_column(column).key for column in self._mapper.primary_key
        ]
        self._key = [getattr(self.model, name) for name in names]
        fields: dict[str, BaseField] = {field.name: field for field in self.fields}
        self.pk_field = fields[names[0]] if len(names) == 1 else MultiplePKField(names)
        self.pk_attr = self.pk_field.name
        key = self._mapper.get_property(names[0])
        self.show_pk_in_forms = len(names) > 1 or not self._is_made(key)
        for name in names:
            # What refers to a row, and its address, have its key: it stays.
            fields[name].exclude_from_edit = True

    def _is_made(self, key: Any) -> bool:
        """Whether somebody else makes the key of a new row: the database, a default, the parent."""
        is_counted = key.columns[0] is getattr(
            self._mapper.local_table, "autoincrement_column", None
        )
        return is_counted or self._mapper.inherits is not None or not is_required(key)

    # What may be done.

    def can_create(self, request: Request) -> bool:
        return self._can_create

    def can_import(self, request: Request) -> bool:
        return False

    def can_access_field(
        self, request: Request, field: BaseField, action: RequestAction | None = None
    ) -> bool:
        action = request.state.action if action is None else action
        if isinstance(field, HasMany) and (
            action not in _OF_ONE_ROW or (self.key, field.name) in _oversized(request)
        ):
            return False
        return super().can_access_field(request, field, action)

    # What is read.

    def get_list_query(self, request: Request) -> Select[Any]:
        # All columns of a row and of those that it refers to: pages show them.
        one = [joinedload(attribute).undefer("*") for attribute in self._one(request)]
        statement = select(self.model).options(undefer("*"), *one)
        # The library gets a row again for each step of what it does.
        return statement.execution_options(**{REPEATS: True})

    def get_search_query(self, request: Request, term: str) -> Any:
        attributes = [
            getattr(self.model, field.name)
            for field in self.get_fields_list(request)
            if field.searchable
        ]
        return or_(
            false(),
            *(cast(attribute, String).icontains(term, autoescape=True) for attribute in attributes),
        )

    async def find_by_pk(self, request: Request, pk: Any) -> Any:
        session: AsyncSession = request.state.session
        try:
            clause = self._is_row(pk)
            options = [await self._load(request, field, clause) for field in self._many(request)]
            statement = self.get_detail_query(request).where(clause).options(*options)
            return (await session.scalars(statement)).unique().one_or_none()
        except _NO_KEY:
            return None  # it is no key of this table

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[Any]:
        session: AsyncSession = request.state.session
        try:
            statement = self.get_detail_query(request).where(or_(false(), *map(self._is_row, pks)))
            return (await session.scalars(statement)).all()
        except _NO_KEY:
            return []  # they are no keys of this table

    def _is_row(self, pk: Any) -> ColumnElement[bool]:
        values = iterdecode(pk) if len(self._key) > 1 else (pk,)
        return and_(
            *(
                attribute == _converted(attribute, value)
                for attribute, value in zip(self._key, values, strict=True)
            )
        )

    async def _load(self, request: Request, field: HasMany, clause: ColumnElement[bool]) -> Any:
        """How to load a collection: not at all, if it is too large to show."""
        attribute = getattr(self.model, field.name)
        rows = select(func.count()).select_from(self.model).join(attribute).where(clause)
        if (await request.state.session.scalar(rows) or 0) > MOST_RELATED:
            _oversized(request).add((self.key, field.name))
        return selectinload(attribute).undefer("*")

    def _many(self, request: Request) -> list[HasMany]:
        return [field for field in self.get_fields_list(request) if isinstance(field, HasMany)]

    def _one(self, request: Request) -> list[Any]:
        return [
            getattr(self.model, field.name)
            for field in self.get_fields_list(request)
            if isinstance(field, RelationField) and not isinstance(field, HasMany)
        ]

    # How a row is called, and what went wrong.

    async def repr(self, obj: Any, request: Request) -> str:
        label = getattr(obj, self._label) if self._label else None
        return str(label) if label else f"{self.display_name} {self._key_text(obj)}"

    def _key_text(self, row: Any) -> str:
        return ", ".join(str(value) for value in self._mapper.primary_key_from_instance(row))

    async def select2_result(self, obj: Any, request: Request) -> str:
        return f"<span>{escape(await self.repr(obj, request))}</span>"

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        try:
            return await super().delete(request, pks)
        except IntegrityError as error:
            raise ActionFailed(f"The database refused this: {error.orig}") from error
        except StaleDataError as error:
            raise ActionFailed("Somebody else has changed this row.") from error
        except AssertionError as error:  # what SQLAlchemy raises where a key would become NULL
            raise ActionFailed("Other rows refer to this one with their keys.") from error

    async def handle_exception(self, request: Request, exc: Exception) -> None:
        field = next(iter(self.get_fields_list(request))).name
        if isinstance(exc, IntegrityError):
            raise FormValidationError({field: f"The database refused this: {exc.orig}"}) from exc
        if isinstance(exc, StaleDataError):
            raise FormValidationError({field: "Somebody else has changed this row."}) from exc
        raise exc


def _converted(attribute: Any, text: str) -> Any:
    """A part of a key, from the text of it in an address."""
    try:
        kind = attribute.type.python_type
    except NotImplementedError:
        return text
    if kind is bool:
        return text == "True"
    return kind.fromisoformat(text) if hasattr(kind, "fromisoformat") else kind(text)


def _oversized(request: Request) -> set[tuple[str | None, str]]:
    """The collections that this request does not show, because they are too large."""
    if not hasattr(request.state, "oversized"):
        request.state.oversized = set()
    found: set[tuple[str | None, str]] = request.state.oversized
    return found


def _takes_no_arguments(model: type[Any]) -> bool:
    """Whether a row can be made empty and then filled, as forms do."""
    parameters = signatures.signature(model).parameters.values()
    return all(
        parameter.default is not parameter.empty
        or parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        for parameter in parameters
    )
