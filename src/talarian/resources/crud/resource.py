"""What a resource is, and what is done with its rows: the methods to override."""

import re
from collections.abc import Callable, Collection
from typing import Any, Generic, Literal, TypeVar, get_args

from pydantic import BaseModel
from sqlalchemy import Select, inspect
from sqlalchemy.ext.asyncio import AsyncSession

from talarian import Request
from talarian.exceptions import TalarianError
from talarian.sql import get_read_only_session, get_session
from talarian.sql.relations import select_for

from ..columns import key_name, mapper_of, python_type
from ..deletion import SoftDelete, restore, soft_delete
from ..filters import Filters
from ..finding import find_many, find_one
from ..pages import address_in
from ..partial import partial_model
from ..sorting import Sorting
from ..versions import is_versioned
from ..writing import Location, created, patch, replace, unknown_fields

M = TypeVar("M")

Operation = Literal[
    "list",
    "get",
    "create",
    "replace",
    "update",
    "delete",
    "restore",
    "bulk_create",
    "bulk_update",
    "bulk_delete",
]
"""What can be done with a resource."""

_NEEDS_BODY = frozenset({"create", "replace", "update", "bulk_create", "bulk_update"})

GetSession = Callable[..., Any]
"""A dependency that gives an `AsyncSession`."""


class Resource(Generic[M]):
    """A model with the shapes in which it comes in and goes out.

    Override a method to change what an operation does: `query` for what there is to see, `add`,
    `change` and `remove` for what happens to a row, `location` for where a new one can be read.
    """

    def __init__(
        self,
        model: type[M],
        *,
        read: type[BaseModel],
        body: type[BaseModel] | None,
        changes: type[BaseModel] | None,
        operations: tuple[Operation, ...],
        filters: type[Filters] | None,
        sorting: Sorting | None,
        session: GetSession = get_session,
        read_session: GetSession = get_read_only_session,
        label: str | None = None,
    ) -> None:
        self.model = model
        self.read = read
        self.operations = operations
        self.key_name = key_name(model)
        key = mapper_of(model).primary_key[0]
        self.key_type = python_type(key)
        self.key_shown: Any = key.type.python_type
        self.versioned = is_versioned(model)
        self.filters = filters or Filters.of(model, {})
        self.sorting = sorting or Sorting(model)
        self.session = session
        self.read_session = read_session
        self.label = label or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", model.__name__).lower()
        self._body = body
        self._changes = changes
        self._check()

    @property
    def body(self) -> type[BaseModel]:
        """The model of a whole body."""
        assert self._body is not None  # which `_check` has seen to
        return self._body

    @property
    def located(self) -> bool:
        """Whether an answer says where a new row can be read."""
        return "get" in self.operations or type(self).location is not Resource.location

    @property
    def changes(self) -> type[BaseModel]:
        """The model of a PATCH's body."""
        return self._changes or partial_model(self.body)

    # What there is, and what happens to it.

    def query(self, request: Request) -> Select[M]:
        """The rows that there are for this request, with the relationships that `read` shows.

        What it leaves out is not there for any operation: list, get, update and delete.
        """
        # All columns, because a change needs those that are not shown, too.
        return select_for(self.read, self.model, all_columns=True)

    async def add(self, request: Request, session: AsyncSession, data: BaseModel) -> M:
        """Make a new row of a body. It is written to the database when this returns."""
        item = created(self.model, data)
        session.add(item)
        return item

    async def overwrite(
        self, request: Request, session: AsyncSession, item: M, data: BaseModel
    ) -> None:
        """Give a row the values of a whole body."""
        replace(item, data)

    async def change(
        self, request: Request, session: AsyncSession, item: M, changes: BaseModel
    ) -> None:
        """Change of a row what was sent."""
        patch(item, changes, self.body)

    async def remove(self, request: Request, session: AsyncSession, item: M) -> None:
        """Delete a row, or mark it if its model is a `SoftDelete`."""
        if isinstance(item, SoftDelete):
            soft_delete(item)
        else:
            await session.delete(item)

    async def bring_back(self, request: Request, session: AsyncSession, item: M) -> None:
        """Take the mark from a row that was deleted."""
        assert isinstance(item, SoftDelete)
        restore(item)

    def location(self, request: Request, item: M) -> str | None:
        """Return where a new row can be read: the `Location` of the answer that it was made.

        None sends none; that is so without the operation get. Override it where the endpoint that
        reads a row is your own.

        Args:
            request: The request that has made it.
            item: The row.
        """
        return address_in(request, getattr(item, self.key_name)) if self.located else None

    # What the operations are made of.

    async def find(
        self,
        request: Request,
        session: AsyncSession,
        key: object,
        *,
        for_update: bool = False,
        include_deleted: bool = False,
        loc: Location = ("path", "id"),
    ) -> M:
        """Return one of the rows that `query` gives, or raise 404."""
        statement = self.query(request).execution_options(include_deleted=include_deleted)
        return await find_one(session, statement, key, for_update=for_update, loc=loc)

    async def find_many(
        self, request: Request, session: AsyncSession, keys: Collection[Any]
    ) -> dict[Any, M]:
        """Return those of the rows that `query` gives, locked, by their keys."""
        return await find_many(session, self.query(request), keys, for_update=True)

    async def readable(self, request: Request, session: AsyncSession, items: list[M]) -> list[M]:
        """Return written rows with all that `read` shows, which is read back where it is not there:
        what the database has made, and relationships."""
        if all(inspect(item).unloaded.isdisjoint(self._shown()) for item in items):
            return items
        statement = self.query(request).execution_options(populate_existing=True)
        keys = [getattr(item, self.key_name) for item in items]
        found = await find_many(session, statement, keys)
        # `query` may leave out a row as it is now; whoever wrote it sees it nevertheless, if it can
        # be shown without.
        return [found.get(key, item) for key, item in zip(keys, items, strict=True)]

    def _shown(self) -> set[str]:
        names = set(self.read.model_fields)
        aliases = (field.validation_alias for field in self.read.model_fields.values())
        return names | {alias for alias in aliases if isinstance(alias, str)}

    def _check(self) -> None:
        """Find at declaration what could not work."""
        name = self.model.__name__
        if unknown := [each for each in self.operations if each not in get_args(Operation)]:
            known = ", ".join(get_args(Operation))
            raise TalarianError(f"There is no operation {unknown[0]!r}. There are: {known}.")
        if self._body is None and (needed := _NEEDS_BODY.intersection(self.operations)):
            raise TalarianError(
                f"{', '.join(sorted(needed))} of {name} needs the model of the body: "
                f"CrudRouter({name}, body={name}In, …)."
            )
        if "restore" in self.operations and not issubclass(self.model, SoftDelete):
            raise TalarianError(
                f"Only what was marked can be restored: derive {name} from "
                "talarian.resources.SoftDelete, or leave out the operation restore."
            )
        if type(self).query is Resource.query:
            select_for(self.read, self.model, all_columns=True)
        overridden = type(self).add is not Resource.add
        if self._body and not overridden and (odd := unknown_fields(self.model, self._body)):
            raise TalarianError(
                f"{self._body.__name__} has fields that {name} has not: {', '.join(odd)}. Override "
                "add, overwrite and change of the router, which say what becomes of them."
            )
