"""The endpoints for one item: functions whose annotations are those of a resource."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from talarian import Depends, Request, Response

from ..conflicts import answering
from ..versions import Preconditions
from .resource import Resource

Endpoint = Callable[..., Any]
E = TypeVar("E", bound=Endpoint)
M = TypeVar("M")


def annotated(endpoint: E, **annotations: Any) -> E:
    """Give parameters of a function the types of a resource."""
    endpoint.__annotations__.update(annotations)
    return endpoint


def session_of(resource: Resource[Any]) -> Any:
    """The annotation of a session that is committed before the answer is sent."""
    return Annotated[AsyncSession, Depends(resource.session, scope="function")]


def read_session_of(resource: Resource[Any]) -> Any:
    """The annotation of a session for reading."""
    return Annotated[AsyncSession, Depends(resource.read_session, scope="function")]


def get(resource: Resource[Any], conditions: Any) -> Endpoint:
    async def get_item(
        request: Request, id: Any, conditions: Preconditions, session: AsyncSession
    ) -> Any:
        item = await resource.find(request, session, id)
        conditions.show(item)
        return item

    return annotated(
        get_item,
        id=resource.key_type,
        conditions=Annotated[Preconditions, conditions],
        session=read_session_of(resource),
    )


def create(resource: Resource[Any], conditions: Any) -> Endpoint:
    async def create_item(
        request: Request,
        response: Response,
        data: Any,
        conditions: Preconditions,
        session: AsyncSession,
    ) -> Any:
        with answering(resource.model, fields=resource.body.model_fields):
            item = await resource.add(request, session, data)
            await session.flush()
        shown = await _shown(resource, request, session, item, conditions)
        if (location := resource.location(request, shown)) is not None:
            response.headers["Location"] = location
        return shown

    return annotated(
        create_item,
        data=resource.body,
        conditions=Annotated[Preconditions, conditions],
        session=session_of(resource),
    )


def replace(resource: Resource[Any], conditions: Any) -> Endpoint:
    return _writing(resource, conditions, resource.body, resource.overwrite)


def update(resource: Resource[Any], conditions: Any) -> Endpoint:
    return _writing(resource, conditions, resource.changes, resource.change)


def _writing(resource: Resource[Any], conditions: Any, body: Any, write: Any) -> Endpoint:
    async def write_item(
        request: Request,
        id: Any,
        data: Any,
        conditions: Preconditions,
        session: AsyncSession,
    ) -> Any:
        item = await resource.find(request, session, id, for_update=True)
        conditions.check(item)
        with answering(resource.model, fields=body.model_fields):
            await write(request, session, item, data)
            await session.flush()
        return await _shown(resource, request, session, item, conditions)

    return annotated(
        write_item,
        id=resource.key_type,
        data=body,
        conditions=Annotated[Preconditions, conditions],
        session=session_of(resource),
    )


def delete(resource: Resource[Any], conditions: Any) -> Endpoint:
    async def delete_item(
        request: Request, id: Any, conditions: Preconditions, session: AsyncSession
    ) -> None:
        item = await resource.find(request, session, id, for_update=True)
        conditions.check(item)
        with answering(resource.model, ("path", "id"), deleting=True):
            await resource.remove(request, session, item)
            await session.flush()

    return annotated(
        delete_item,
        id=resource.key_type,
        conditions=Annotated[Preconditions, conditions],
        session=session_of(resource),
    )


def restore(resource: Resource[Any], conditions: Any) -> Endpoint:
    async def restore_item(
        request: Request, id: Any, conditions: Preconditions, session: AsyncSession
    ) -> Any:
        item = await resource.find(request, session, id, for_update=True, include_deleted=True)
        conditions.check(item)
        with answering(resource.model, ("path", "id"), fields=()):
            await resource.bring_back(request, session, item)
            await session.flush()
        return await _shown(resource, request, session, item, conditions)

    return annotated(
        restore_item,
        id=resource.key_type,
        conditions=Annotated[Preconditions, conditions],
        session=session_of(resource),
    )


async def _shown(
    resource: Resource[M],
    request: Request,
    session: AsyncSession,
    item: M,
    conditions: Preconditions,
) -> M:
    [shown] = await resource.readable(request, session, [item])
    conditions.tag(shown)
    return shown
