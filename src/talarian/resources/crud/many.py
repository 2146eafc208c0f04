"""The endpoints for several items: the list, and writing many at once."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model
from sqlalchemy.ext.asyncio import AsyncSession

from talarian import Body, Depends, HTTPException, Query, Request
from talarian.sql.failures import OVERTAKEN

from ..bulk import BulkResult, each
from ..conflicts import answering
from ..deletion import INCLUDE_DELETED
from ..filters import Filtered, Filters
from ..finding import missing
from ..ordering import Ordering
from ..sorting import Sorted
from ..versions import etag
from .resource import Resource
from .single import Endpoint, annotated, read_session_of, session_of

Atomic = Annotated[bool, Query(description="All or nothing. If false: those that can be done are.")]


def list_(resource: Resource[Any], paging: Any, known: set[str], deleted: bool) -> Endpoint:
    """Return the endpoint of the list.

    Args:
        resource: The resource.
        paging: The dependency that reads which page.
        known: The names of all parameters but the filters.
        deleted: Whether a client may ask for deleted items.
    """

    async def list_items(
        request: Request,
        filters: Filters,
        order: Ordering,
        paging: Any,
        include_deleted: bool,
        session: AsyncSession,
    ) -> Any:
        statement = filters.apply(resource.query(request))
        if include_deleted:
            statement = statement.execution_options(**{INCLUDE_DELETED: True})
        return await paging.page(session, statement, order)

    return annotated(
        list_items,
        filters=Annotated[resource.filters, Filtered(resource.filters, known)],
        order=Annotated[Ordering, Sorted(resource.sorting)],
        paging=Annotated[Any, paging],
        include_deleted=Annotated[bool, Depends(_asked if deleted else _never)],
        session=read_session_of(resource),
    )


async def _asked(
    include_deleted: Annotated[bool, Query(description="Deleted items, too.")] = False,
) -> bool:
    return include_deleted


async def _never() -> bool:
    return False


def bulk_create(resource: Resource[Any], limit: int) -> Endpoint:
    async def create_items(
        request: Request, items: Any, session: AsyncSession, atomic: Atomic = True
    ) -> Any:
        async def one(index: int, data: BaseModel) -> Any:
            with answering(resource.model, fields=resource.body.model_fields):
                item = await resource.add(request, session, data)
                await session.flush()
            return item

        done, errors = await each(session, items, one, atomic=atomic)
        return {"items": await resource.readable(request, session, done), "errors": errors}

    return annotated(create_items, items=_items(resource.body, limit), session=session_of(resource))


def bulk_update(resource: Resource[Any], limit: int, require_match: bool) -> Endpoint:
    change = change_model(resource, require_match)

    async def update_items(
        request: Request, items: Any, session: AsyncSession, atomic: Atomic = True
    ) -> Any:
        found = await resource.find_many(request, session, [wanted.id for wanted in items])

        async def one(index: int, wanted: Any) -> Any:
            item = _found(resource, found, wanted.id)
            _check_tag(item, getattr(wanted, "etag", None))
            with answering(resource.model, fields=resource.changes.model_fields):
                await resource.change(request, session, item, wanted.changes)
                await session.flush()
            return item

        done, errors = await each(session, items, one, at=("changes",), atomic=atomic)
        return {"items": await resource.readable(request, session, done), "errors": errors}

    return annotated(update_items, items=_items(change, limit), session=session_of(resource))


def bulk_delete(resource: Resource[Any], limit: int) -> Endpoint:
    async def delete_items(
        request: Request, ids: Any, session: AsyncSession, atomic: Atomic = True
    ) -> Any:
        found = await resource.find_many(request, session, ids)

        async def one(index: int, key: Any) -> Any:
            item = _found(resource, found, key)
            with answering(resource.model, deleting=True):
                await resource.remove(request, session, item)
                await session.flush()
            del found[key]  # a second time, it is not there any more
            return key

        done, errors = await each(session, ids, one, atomic=atomic)
        return {"items": done, "errors": errors}

    return annotated(
        delete_items, ids=_items(resource.key_type, limit), session=session_of(resource)
    )


def _found(resource: Resource[Any], found: Mapping[Any, Any], key: Any) -> Any:
    if key not in found:
        raise missing(resource.model)
    return found[key]


def change_model(resource: Resource[Any], require_match: bool) -> type[BaseModel]:
    """The model of one change of many: which item, what, and which version it was read in."""
    fields: dict[str, Any] = {"id": (resource.key_type, ...), "changes": (resource.changes, ...)}
    if resource.versioned:
        tag = Field(description="The `ETag` of what the client has read.")
        fields["etag"] = (
            Annotated[str, tag] if require_match else Annotated[str | None, tag],
            ... if require_match else None,
        )
    return create_model(f"{resource.model.__name__}Change", __module__=__name__, **fields)


def result_model(item: Any) -> Any:
    """The response model of writing many."""
    return BulkResult[item]


def _items(item: Any, limit: int) -> Any:
    return Annotated[list[item], Body(min_length=1, max_length=limit)]


def _check_tag(item: object, tag: str | None) -> None:
    if tag is not None and tag != etag(item):
        raise HTTPException(412, OVERTAKEN)
