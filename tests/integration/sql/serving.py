"""Applications and clients for these tests, in the test's own event loop."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from sqlalchemy import func, select

from talarian import Talarian
from talarian.sql import Database
from tests.integration.sql.shop import Book


@asynccontextmanager
async def client_of(app: Talarian) -> AsyncGenerator[httpx2.AsyncClient, None]:
    """A client of an application that is running. A 500 is an answer, not an exception."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client


async def titles(db: Database) -> list[str]:
    """What is in the table of books, seen from outside."""
    async with db.transaction(read_only=True) as session:
        return list(await session.scalars(select(Book.title).order_by(Book.title)))


async def count(db: Database, model: Any = Book) -> int:
    async with db.transaction(read_only=True) as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


def in_use(db: Database) -> int:
    """Connections of async sessions that are taken out of the pool."""
    return int(getattr(db.engine.pool, "checkedout")())  # noqa: B009
