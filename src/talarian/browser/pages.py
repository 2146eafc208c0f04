"""The pages: starlette-admin's, on this database's sessions."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import escape
from sqlalchemy.orm import Mapper
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from starlette_admin.base import BaseAdmin
from starlette_admin.helpers import run_on_commit_callbacks
from starlette_admin.views import CustomView
from starlette_admin.widgets import BaseWidget, HtmlWidget

from talarian.sql import Database

from .fields import Keys, key_of
from .masking import Masks
from .views import TableView

_TEMPLATES = Path(__file__).parent / "templates"


NAME = "database-browser"
"""The prefix of the names of its routes."""


def pages(database: Database, path: str, masks: Masks, secret_key: str | None) -> ASGIApp:
    """Make the application that serves the pages of a database.

    Args:
        database: Whose models are shown.
        path: Where it is mounted.
        masks: Which columns are not shown.
        secret_key: What forms are signed with. Without it: a random one.
    """
    shown = list(_tables(database, masks))
    keys = Keys(shown)
    views = [TableView(mapper, keys, masks) for mapper in shown]
    admin = BaseAdmin(
        title="Database",
        base_url=path,
        route_name=NAME,
        # Not the application's own `templates`: pages of the same names there are not for this.
        templates_dir=str(_TEMPLATES),
        index_view=_tables_page(views),
        secret_key=secret_key or secrets.token_urlsafe(32),
        middlewares=[Middleware(_UnitOfWork, database=database)],
        timezone_config=None,
    )
    for view in views:
        admin.add_view(view)
    holder = Starlette()
    admin.mount_to(holder)
    return admin.app


def _tables_page(views: list[TableView]) -> CustomView:
    """The first page: links to the tables. It counts no rows, which takes long where there are
    many."""

    async def links(request: Request) -> BaseWidget:
        rows = "".join(_link(request, view) for view in views)
        return HtmlWidget(
            html=f'<h2>Tables</h2><div class="card"><div class="list-group">{rows}</div></div>'
        )

    return CustomView(menu_label="Tables", widget=links, route_name="index", add_to_menu=False)


def _link(request: Request, view: TableView) -> str:
    url = escape(request.url_for(f"{NAME}:list", key=view.key))
    return (
        f'<a class="list-group-item list-group-item-action" href="{url}">'
        f'{escape(view.menu_label)} <span class="text-secondary">{escape(view.key)}</span></a>'
    )


class _UnitOfWork(BaseHTTPMiddleware):
    """One unit of work for each request, committed before its answer is sent."""

    def __init__(self, app: ASGIApp, database: Database) -> None:
        super().__init__(app)
        self._database = database

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        async with self._database.request_session(request) as session:
            request.state.session = session
            response = await call_next(request)
            if response.status_code >= 400:
                await session.rollback()
        if response.status_code < 400:
            await run_on_commit_callbacks(request)
        return response


def _tables(database: Database, masks: Masks) -> Iterator[Mapper[Any]]:
    """The mappers with a table of their own, by name. Subclasses in their parent's table are rows
    of that; where the key itself is secret, it would be in every address."""
    found = [mapper for mapper in _registry(database.models).mappers if _has_own_table(mapper)]
    for mapper in sorted(found, key=lambda mapper: (mapper.class_.__name__, key_of(mapper))):
        keys = [mapper.get_property_by_column(column) for column in mapper.primary_key]
        if not any(masks.covers(key) for key in keys):
            yield mapper


def _registry(models: Any) -> Any:
    registry = getattr(models, "registry", None) or models._sa_registry  # SQLModel's
    registry.configure()
    return registry


def _has_own_table(mapper: Mapper[Any]) -> bool:
    return mapper.inherits is None or mapper.local_table is not mapper.inherits.local_table
