"""The application: `bookshop.main:app`."""

from pathlib import Path

from talarian import Router, Talarian
from talarian.browser import DatabaseBrowser
from talarian.health import Health
from talarian.resources import Resources
from talarian.responses import FileResponse
from talarian.sql import Database
from talarian.staticfiles import StaticFiles

from bookshop.models import Base
from bookshop.routers import authors, books, reviews, tags
from bookshop.settings import ShopSettings

HERE = Path(__file__).parent
STATIC = HERE / "static"
MIGRATIONS = HERE.parent / "migrations"


def create_app(db: Database, settings: ShopSettings) -> Talarian:
    """A shop with this database, which has been migrated."""
    app = Talarian(
        title=settings.name,
        summary="Classics, the people who wrote them, and what readers think.",
        version="2.0.0",
        extensions=[settings, db, Resources(), Health(), DatabaseBrowser(db)],
    )
    api = Router(prefix="/api")
    for resource in (books, authors, reviews, tags):
        api.include_router(resource.router)
    app.include_router(api)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    @app.get("/", include_in_schema=False)
    async def shop_window() -> FileResponse:
        return FileResponse(STATIC / "index.html")

    return app


db = Database(models=Base, migrations=MIGRATIONS)
app = create_app(db, ShopSettings.load())
