"""The application: `bookshop.main:app`."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from talarian import Router, Talarian
from talarian.responses import FileResponse
from talarian.staticfiles import StaticFiles

from bookshop.database import open_database, prepare_database, session_factory
from bookshop.routers import authors, books, reviews

STATIC = Path(__file__).parent / "static"


def create_app(database_url: str) -> Talarian:
    """A shop on this database, which is opened, and filled if it is new, when the app starts."""

    @asynccontextmanager
    async def lifespan(app: Talarian) -> AsyncGenerator[dict[str, Any]]:
        engine = open_database(database_url)
        try:
            await prepare_database(engine)
            yield {"sessions": session_factory(engine)}
        finally:
            await engine.dispose()

    app = Talarian(
        title="Bookshop",
        summary="Classics, the people who wrote them, and what readers think.",
        version="1.0.0",
        lifespan=lifespan,
    )
    api = Router(prefix="/api")
    for resource in (books, authors, reviews):
        api.include_router(resource.router)
    app.include_router(api)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/", include_in_schema=False)
    async def shop_window() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    return app


app = create_app(os.environ.get("BOOKSHOP_DATABASE_URL", "sqlite+aiosqlite:///bookshop.db"))
