"""The pages: starlette-admin's, on this database's sessions."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Mapper
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp
from starlette_admin.base import BaseAdmin
from starlette_admin.helpers import run_on_commit_callbacks

from talarian.sql import Database

from .fields import Keys, key_of
from .masking import Masks
from .views import TableView

_TEMPLATES = Path(__file__).parent / "templates"


def pages(database: Database, path: str, masks: Masks, secret_key: str | None) -> ASGIApp:
    """Make the application that serves the pages of a database.

    Args:
        database: Whose models are shown.
        path: Where it is mounted.
        masks: Which columns are not shown.
        secret_key: What forms are signed with. Without it: a random one.
    """
    admin = BaseAdmin(
        title="Database",
        base_url=path,
        route_name=_route_name(),
        # Not the application's own `templates`: pages of the same names there are not for this.
        templates_dir=str(_TEMPLATES),
        secret_key=secret_key or secrets.token_urlsafe(32),
        middlewares=[Middleware(_UnitOfWork, database=database)],
        timezone_config=None,
    )
    shown = list(_tables(database, masks))
    keys = Keys(shown)
    for mapper in shown:
        admin.add_view(TableView(mapper, keys, masks))
    holder = Starlette()
    admin.mount_to(holder)
    return admin.app


def _route_name() -> str:
    from .extension import NAME

    return NAME


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
