"""Sessions for endpoints."""

from collections.abc import AsyncGenerator, Generator
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session as _SyncSession
from starlette.requests import HTTPConnection

from talarian import Depends
from talarian.extensions import find

from .database import Database


async def get_session(connection: HTTPConnection) -> AsyncGenerator[AsyncSession, None]:
    """The session of a request, for `dependency_overrides`."""
    async with find(connection.app, Database).request_session(connection) as session:
        yield session


async def get_read_only_session(connection: HTTPConnection) -> AsyncGenerator[AsyncSession, None]:
    """The read-only session of a request, for `dependency_overrides`."""
    database = find(connection.app, Database)
    async with database.request_session(connection, read_only=True) as session:
        yield session


def get_sync_session(connection: HTTPConnection) -> Generator[_SyncSession, None, None]:
    """The sync session of a request, for `dependency_overrides`."""
    with find(connection.app, Database).sync_request_session(connection) as session:
        yield session


def get_read_only_sync_session(connection: HTTPConnection) -> Generator[_SyncSession, None, None]:
    """The read-only sync session of a request, for `dependency_overrides`."""
    database = find(connection.app, Database)
    with database.sync_request_session(connection, read_only=True) as session:
        yield session


# Scope "function": the commit is over before the response is sent, so that who reads "created" can
# rely on it, and a failed commit is not answered 200.
# https://fastapi.tiangolo.com/tutorial/dependencies/dependencies-with-yield/
Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
"""The session of this request: one unit of work, committed before the response is sent, undone
when anything raises. It takes a connection when it is first used."""

ReadOnlySession = Annotated[AsyncSession, Depends(get_read_only_session, scope="function")]
"""A session that cannot write: nothing is ever committed, and the database refuses to."""

SyncSession = Annotated[_SyncSession, Depends(get_sync_session, scope="function")]
"""`Session` for plain `def` endpoints."""

ReadOnlySyncSession = Annotated[_SyncSession, Depends(get_read_only_sync_session, scope="function")]
"""`ReadOnlySession` for plain `def` endpoints."""
