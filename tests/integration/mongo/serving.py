"""Clients for these tests, in the test's own event loop."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx2

from talarian import Talarian


@asynccontextmanager
async def client_of(app: Talarian) -> AsyncGenerator[httpx2.AsyncClient, None]:
    """A client of an application that is running. A 500 is an answer, not an exception."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        yield client
